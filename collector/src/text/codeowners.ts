/** CODEOWNERS: which team owns all of a repository. Pure. */
import { pattern } from './pattern.ts';

/** A team of an organisation (`@acme/core`); of GitLab's nested groups the path below the first. */
const OWNER = pattern`^@[A-Za-z0-9][\w.-]*/([\w./-]+)$`;
const COMMENT = pattern`(^|\s)#.*$`;
const SPACE = pattern`\s+`;
/** Where forges look for it, in GitHub's order and then GitLab's: the first that is there counts. */
export const CODEOWNERS: readonly string[] = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
  '.gitlab/CODEOWNERS',
];
/** CODEOWNERS beyond 3 MB is not read by GitHub either. */
const MAX_LINES = 20_000;

/** Team that owns all of a repository: of the last rule for everything the first team. Null = nobody, or a person. */
export function ownerOf(codeowners: string): string | null {
  const rules = codeowners
    .split('\n', MAX_LINES)
    .map((line) => SPACE.replace(COMMENT.replace(line.slice(0, 2_000), () => '').trim(), () => ' ').split(' '))
    .filter(([glob]) => glob === '*' || glob === '**' || glob === '/**' || glob === '/*');
  const owners = rules.at(-1)?.slice(1) ?? [];
  const team = owners.map((owner) => OWNER.exec(owner)?.groups[0] ?? null).find((one) => one !== null) ?? null;
  return team === null ? null : team.split('/').join('.');
}
