/** Issues that a merge request closes, by GitLab's default pattern over its text. Pure. */
import { capped, pattern } from '../../../text/pattern.ts';
import type { Header } from '../schema.ts';

const REFERENCE = '(?:[A-Za-z0-9_][\\w./-]*)?#\\d{1,10}|https?://[^\\s,()]+/-/(?:issues|work_items)/\\d{1,10}';
const CLOSING = pattern`(?i)\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):?\s+(?:issues?\s+)?((?:(?:${REFERENCE})(?:\s*,?\s+and\s+|\s*,\s*|\s+|))+)`;
const ONE = pattern`(?:([A-Za-z0-9_][\w./-]*)?#(\d{1,10}))|(https?://[^\s,()]+)/-/(?:issues|work_items)/(\d{1,10})`;
const CODE = pattern`(?s)\x60\x60\x60.*?\x60\x60\x60|\x60[^\x60\n]*\x60`;
const MOST = 50;

/** As `issue.external_id` has them: `acme/shop#12`. @param slug Name of the project here. @param base Address of the server. */
export function closedIssues({ description, title }: Pick<Header, 'description' | 'title'>, { slug, base }: { readonly slug: string; readonly base: string }): string[] {
  const text = CODE.replace(capped(`${title}\n${description ?? ''}`), () => ' ');
  const lists = CLOSING.all(text).map(({ groups }) => groups[0] ?? '');
  const ids = lists.flatMap((list) => ONE.all(list)).flatMap(({ groups: [project, number, page, pageNumber] }): string[] => {
    if (number != null) return [`${project ?? slug}#${number}`];
    return page?.startsWith(`${base}/`) === true ? [`${page.slice(base.length + 1)}#${pageNumber ?? ''}`] : [];
  });
  return [...new Set(ids)].slice(0, MOST);
} // prettier-ignore
