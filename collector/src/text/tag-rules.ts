/** Which tags are deployments of what, by the configuration and by the forms that versions have. Pure. */
import type { RepositoryConfig } from '../config/repository.ts';
import { CollectorError } from '../errors.ts';
import { compilePattern, literal, type Pattern } from './pattern.ts';
import { isPrerelease } from './versions.ts';

/** Tags with what they deploy; the first that fits a tag decides. */
export interface TagRule {
  /** Glob over the name, or `/regex/`, whose group `service` names the service. */
  readonly pattern: string;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
}

/** `v` and a digit, and plain semver. */
const DEFAULT_PATTERNS = ['v[0-9]*', '/^\\d+\\.\\d+(\\.\\d+)*([-+.].*)?$/'];
/** Tags of a repository that has no others: a version behind a folder, or behind the name of a package. */
const SERVICE_PATTERNS = [
  '/^(?<service>[A-Za-z][\\w.-]*)\\/v?\\d+(\\.\\d+)+([-+._].*)?$/',
  '/^(?<service>[A-Za-z][\\w.-]*?)[-@]v?\\d+(\\.\\d+)+([-+._].*)?$/',
];

/** A glob (`*`, `?`, character classes) or `/regex/` for whole names. @throws CollectorError `config_invalid` */
export function tagPattern(text: string): Pattern {
  const regex = text.length > 2 && text.startsWith('/') && text.endsWith('/') ? text.slice(1, -1) : null;
  try {
    return compilePattern(regex ?? `^${globSource(text)}$`);
  } catch {
    throw new CollectorError({
      code: 'config_invalid',
      message: `repositories: the tag pattern ${text} is none. Correct it (RE2: no look-around, no back-references), or write a glob such as v*.`,
      fault: 'config',
    });
  }
}

/** Pattern of a glob; classes stand as they are. */
const globSource = (glob: string): string =>
  [...glob]
    .map((char) => ({ '*': '.*', '?': '.', '[': '[', ']': ']' })[char] ?? (char === '-' ? '-' : literal(char)))
    .join('');

/** Which tags are pre-releases, where the version alone does not say it. */
export interface PrereleaseRules {
  readonly prereleases?: readonly string[] | undefined;
  readonly releases?: readonly string[] | undefined;
}

/** Says whether a tag is a pre-release: by the patterns of the configuration, else by its version. */
export function prereleaseTest({ prereleases = [], releases = [] }: PrereleaseRules): (name: string) => boolean {
  const [before, final] = [prereleases.map(tagPattern), releases.map(tagPattern)];
  return (name) => {
    if (final.some((one) => one.test(name))) return false;
    return before.some((one) => one.test(name)) || isPrerelease(name);
  };
}

export interface Target {
  readonly service: string;
  readonly environment: string;
}

/** Says for a tag what it deploys where; null = it is no deployment. @throws CollectorError `config_invalid` */
export function tagTargets(
  rules: readonly TagRule[],
  service: string,
  isBefore: (name: string) => boolean = isPrerelease
): (name: string) => Target | null {
  const read = rules.map((rule) => ({ ...rule, regex: tagPattern(rule.pattern) }));
  return (name) => {
    for (const { regex, ...rule } of read) {
      const match = regex.exec(name);
      if (match) {
        return {
          service: rule.service ?? match.named['service'] ?? service,
          environment: rule.environment ?? (isBefore(name) ? 'prerelease' : 'production'),
        };
      }
    }
    return null;
  };
}

const asRules = (patterns: readonly string[]): readonly TagRule[] => patterns.map((pattern) => ({ pattern }));

/** By which rules tags are read. */
export interface TagRules {
  readonly rules: readonly TagRule[];
  /** By those of the configuration. */
  readonly isGiven: boolean;
  /** Tags that are versions and nothing else are there. */
  readonly isVersioned: boolean;
}

/** Rules of the configuration; without any those of versions, and where no tag is one, those of services. @throws CollectorError `config_invalid` */
export function tagRules(
  { deployments, tag_patterns: patterns }: Pick<RepositoryConfig, 'deployments' | 'tag_patterns'>,
  names: readonly string[]
): TagRules {
  const given = deployments?.tags ?? (patterns === undefined ? undefined : asRules(patterns));
  const versions = DEFAULT_PATTERNS.map(tagPattern);
  const isVersioned = names.some((name) => versions.some((one) => one.test(name)));
  const rules = given ?? asRules(isVersioned ? DEFAULT_PATTERNS : SERVICE_PATTERNS);
  return { rules, isGiven: given !== undefined, isVersioned };
}
