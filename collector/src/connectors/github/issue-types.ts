/** Whether a server knows types of issues: GitHub.com does, an older GitHub Enterprise Server does not. Asked once in a process. */
import type { GitHub } from './client.ts';
import type { Section } from './config.ts';
import { ISSUE_FIELDS } from './queries/repositories.ts';
import { issueFields } from './schema.ts';

/** By section, so by server and credential. */
const known = new WeakMap<Section, boolean>();

/** @throws CollectorError as `GitHub.ask`. */
export async function hasIssueTypes(github: GitHub, section: Section): Promise<boolean> {
  const before = known.get(section);
  if (before !== undefined) return before;
  const { data } = await github.ask(ISSUE_FIELDS, {}, issueFields);
  const has = data.__type?.fields?.some(({ name }) => name === 'issueType') ?? false;
  known.set(section, has);
  return has;
}
