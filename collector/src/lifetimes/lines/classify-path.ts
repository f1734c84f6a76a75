import type { FileFlag } from '../contract.ts';
import type { AttributeValue } from './attributes.ts';

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

/** Attributes by which a repository says what its files are (github-linguist). */
export const LINGUIST = { 'linguist-generated': 'generated', 'linguist-vendored': 'vendored' } as const;

/** What a file is, by path and by the attributes that it was given, which win. */
export function classifyPath(path: string, given?: ReadonlyMap<string, AttributeValue>): readonly FileFlag[] {
  const flags = new Set(RULES.filter((rule) => rule.pattern.test(path)).map((rule) => rule.flag));
  for (const [name, flag] of Object.entries(LINGUIST)) {
    const value = given?.get(name) ?? null;
    if (value === false || value === 'false') flags.delete(flag);
    else if (value !== null) flags.add(flag);
  }
  return [...flags];
}

/** Can lines of a file with these flags be effective? */
export function hasEffectiveLines(flags: readonly FileFlag[]): boolean {
  return !flags.some((flag) => INEFFECTIVE.has(flag));
}
