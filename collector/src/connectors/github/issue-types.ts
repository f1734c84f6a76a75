/** What issues have on a server: GitHub.com knows their types and parents, an older GitHub Enterprise Server does not. Asked once in a process. */
import type { GitHub } from './client.ts';
import type { Section } from './config.ts';
import { ISSUE_FIELDS } from './queries/repositories.ts';
import { issueFields } from './schema-issues.ts';

/** Fields that are asked for where they are. */
export interface IssueFields {
  readonly types: boolean;
  readonly parents: boolean;
}

/** By section, so by server and credential. */
const known = new WeakMap<Section, IssueFields>();

/** @throws CollectorError as `GitHub.ask`. */
export async function issueFieldsOf(github: GitHub, section: Section): Promise<IssueFields> {
  const before = known.get(section);
  if (before !== undefined) return before;
  const { data } = await github.ask(ISSUE_FIELDS, {}, issueFields);
  const has = (field: string): boolean => data.__type?.fields?.some(({ name }) => name === field) ?? false;
  const made = { types: has('issueType'), parents: has('parent') };
  known.set(section, made);
  return made;
}
