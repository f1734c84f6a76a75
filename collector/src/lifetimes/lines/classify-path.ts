import type { FileFlag } from '../contract.ts';

/** A rule says what a file is by its path. */
interface PathRule {
  readonly flag: FileFlag;
  readonly pattern: RegExp;
}

// The list follows github-linguist's vendor and generated rules where they speak of names alone.
const RULES: readonly PathRule[] = [
  {
    flag: 'vendored',
    pattern:
      /(^|\/)(node_modules|vendor|vendored|third[-_]party|bower_components|jspm_packages|Godeps|Pods|Carthage|\.yarn|site-packages|extern(als?)?)\//,
  },
  {
    flag: 'vendored',
    pattern:
      /(^|\/)(gradlew(\.bat)?|mvnw(\.cmd)?|configure|config\.(guess|sub)|jquery[-.\d]*\.js|bootstrap[-.\d]*\.(js|css))$/,
  },
  {
    flag: 'lock',
    pattern:
      /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|composer\.lock|Gemfile\.lock|Cargo\.lock|poetry\.lock|Pipfile\.lock|pdm\.lock|uv\.lock|go\.sum|go\.work\.sum|mix\.lock|pubspec\.lock|Podfile\.lock|Package\.resolved|packages\.lock\.json|flake\.lock|gradle\.lockfile|\.terraform\.lock\.hcl|Cartfile\.resolved|paket\.lock|conan\.lock|Manifest\.toml|renv\.lock|cabal\.project\.freeze|stack\.yaml\.lock)$/,
  },
  { flag: 'minified', pattern: /([.-]min\.(js|mjs|cjs|css)|\.(js|css|mjs)\.map|[.-]bundle\.js)$/ },
  {
    flag: 'generated',
    pattern:
      /(\.pb\.(go|cc|h|swift|dart)|_pb2(_grpc)?\.pyi?|_pb\.(js|ts|d\.ts)|\.pb\.gw\.go|_grpc\.pb\.go|\.g\.(dart|cs|ts)|\.freezed\.dart|\.designer\.cs|\.generated\.[a-z]+|_generated\.[a-z]+|\.gen\.(go|ts|rs)|_gen\.go|_string\.go|zz_generated[^/]*|\.snap|\.ambr|mock_[^/]*\.go)$/i,
  },
  { flag: 'generated', pattern: /(^|\/)(__generated__|generated|gen-src|__snapshots__|dist|\.next|coverage)\// },
  {
    flag: 'test',
    pattern:
      /(^|\/)(tests?|__tests__|specs?|testdata|fixtures|e2e|cypress)\/|[._-](test|spec)s?\.[a-z0-9]+$|(^|\/)test_[^/]*\.py$|_test\.[a-z]+$|Tests?\.(java|kt|cs|swift|scala)$/,
  },
  {
    flag: 'docs',
    pattern:
      /(^|\/)(docs?|documentation)\/|\.(md|mdx|rst|adoc|asciidoc)$|(^|\/)(README|CHANGELOG|CHANGES|HISTORY|LICENSE|COPYING|CONTRIBUTING|AUTHORS|NOTICE)(\.[a-z]+)?$/,
  },
];

/** Flags after which lines of a file are not effective (metrics.md §1). */
const INEFFECTIVE: ReadonlySet<FileFlag> = new Set(['generated', 'vendored', 'lock', 'minified', 'lfs']);

/** One line of `.gitattributes` that says whether paths are generated or vendored. */
export interface AttributeRule {
  readonly matches: (path: string) => boolean;
  readonly flag: 'generated' | 'vendored';
  readonly isSet: boolean;
}

const ATTRIBUTES = { 'linguist-generated': 'generated', 'linguist-vendored': 'vendored' } as const;

/** Reads `linguist-generated` and `linguist-vendored` of a `.gitattributes` file; other attributes say nothing about lines. */
export function parseAttributes(text: string): AttributeRule[] {
  return text.split('\n').flatMap((line) => {
    const [pattern, ...attributes] = line.trim().split(/\s+/);
    if (!pattern || pattern.startsWith('#')) return [];
    return attributes.flatMap((attribute): AttributeRule[] => {
      const [name = '', value] = attribute.replace(/^[-!]/, '').split('=');
      const flag = ATTRIBUTES[name as keyof typeof ATTRIBUTES];
      return flag
        ? [{ matches: globMatcher(pattern), flag, isSet: !/^[-!]/.test(attribute) && value !== 'false' }]
        : [];
    });
  });
}

/** The patterns of gitignore: `*` within a name, `**` across folders, a slash anchors. */
function globMatcher(pattern: string): (path: string) => boolean {
  const isAnchored = pattern.replace(/\/$/, '').includes('/');
  const source = pattern
    .replace(/^\//, '')
    .replace(/\/$/, '/**')
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(
      /\*\*\/|\/\*\*$|\*\*|\*|\?/g,
      (glob) => ({ '**/': '(?:.*/)?', '/**': '/.*', '**': '.*', '*': '[^/]*', '?': '[^/]' })[glob] ?? glob
    );
  const expression = new RegExp(`${isAnchored ? '^' : '(?:^|/)'}${source}$`);
  return (path) => expression.test(path);
}

/** What a file is, by path and attributes. A later attribute wins over an earlier one and over the rules. */
export function classifyPath(path: string, attributes: readonly AttributeRule[] = []): readonly FileFlag[] {
  const flags = new Set(RULES.filter((rule) => rule.pattern.test(path)).map((rule) => rule.flag));
  for (const rule of attributes) {
    if (!rule.matches(path)) continue;
    if (rule.isSet) flags.add(rule.flag);
    else flags.delete(rule.flag);
  }
  return [...flags];
}

/** Do lines of a file with these flags count as effective? */
export function isEffective(flags: readonly FileFlag[]): boolean {
  return !flags.some((flag) => INEFFECTIVE.has(flag));
}
