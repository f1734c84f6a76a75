import type { FileFlag } from '../contract.ts';

/** What a file is for. */
export type FileKind = 'code' | 'test' | 'docs' | 'build' | 'generated' | 'vendored' | 'lock';

const buildFile =
  /(^|\/)(Makefile|GNUmakefile|CMakeLists\.txt|Dockerfile[^/]*|Jenkinsfile|Rakefile|Vagrantfile|BUILD(\.bazel)?|WORKSPACE|meson\.build|build\.(gradle|sbt|zig|xml)(\.kts)?|settings\.gradle(\.kts)?|pom\.xml|setup\.(py|cfg)|pyproject\.toml|tox\.ini|Cargo\.toml|go\.mod|package\.json|tsconfig[^/]*\.json|[^/]*\.(cmake|mk|nix)|docker-compose[^/]*\.ya?ml|(webpack|rollup|vite|babel|jest|eslint|prettier)\.config\.[a-z]+|\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.yml)$|(^|\/)(\.github\/workflows|\.circleci|\.buildkite|\.ci|ci)\//;

/** The one kind of a file, by the flags of the lifetime engine and its name: what nobody wrote by hand first, code last. */
export function fileKind(path: string, flags: readonly FileFlag[]): FileKind {
  const has = (flag: FileFlag): boolean => flags.includes(flag);
  if (has('vendored')) return 'vendored';
  if (has('lock')) return 'lock';
  if (has('generated') || has('minified') || has('lfs')) return 'generated';
  if (has('test')) return 'test';
  if (has('docs')) return 'docs';
  return buildFile.test(path) ? 'build' : 'code';
}
