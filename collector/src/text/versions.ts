/**
 * Whether a tag names a release or something before one: by the grammar of SemVer (what stands behind `-` is a pre-release, what stands
 * behind `+` says nothing), and by the forms of those who do not follow it (`1.0rc1`, `1.1.0.M2`, `1.1.0.Final`).
 */
import { pattern } from './pattern.ts';

/** The numbers of a version behind the name of a package or a folder: `v1.2.3`, `web/v1.2`, `pkg@1.2.3`, `release-1.2`, `v7`. */
const VERSION = pattern`(?i)(?:^|[/@_-])(?:v(?:er(?:sion)?)?[._-]?)?(?P<core>\d{4}-\d{2}-\d{2}|\d+(?:[._]\d+)+|(?:^|[/@_-])?\d+)(?P<rest>[^/@]*)$`;
const SINGLE = pattern`(?i)(?:^|[/@_-])v(?P<core>\d+)(?P<rest>[^/@]*)$`;
/** What says behind the numbers that this is the release: final names, service packs, post releases, a letter alone (`1.0.2a`). */
const FINAL = pattern`(?i)^[._-]?(?:final|ga|release|rel|stable|lts|prod(?:uction)?|sp[._-]?\d*|(?:post|patch|pl?|rev?|u|update)[._-]?\d+)(?:[._-]?\d+)*$|^[a-z]$`;
const DATE = pattern`^\d{4}[._-]\d{2}[._-]\d{2}`;
/** A stage with its number behind a version of one number: `v2-rc1`. */
const STAGE = pattern`(?i)^[._-]?(?:a|b|m|rc|cr|tp|ea|beta|alpha)[._-]?\d+`;
/** Names of what is built all the time, where no version says more. */
const ROLLING = pattern`(?i)(?:^|[^a-z])(?:alpha|beta|rc|pre|prerelease|preview|dev|develop|development|nightly|daily|weekly|canary|snapshot|next|edge|insiders?|unstable|experimental|latest|tip|trunk|head|main|master|ci|build|test|testing|staging|qa|uat|milestone|ea|sandbox|wip|tmp|temp)(?:[^a-z]|$)`;

/** The tag is a pre-release, a nightly or a build: no deployment of production. */
export function isPrerelease(tag: string): boolean {
  const name = tag.slice(0, 1024);
  const found = VERSION.exec(name)?.named ?? SINGLE.exec(name)?.named;
  if (found === undefined) return ROLLING.test(name);
  // The name before the version may say what it is, too: `nightly-2026.01.02`, `beta/1.4.0`.
  const before = name.slice(0, name.length - (found['rest'] ?? '').length - (found['core'] ?? '').length);
  if (ROLLING.test(before)) return true;
  const rest = (found['rest'] ?? '').split('+', 1)[0] ?? '';
  if (rest === '' || FINAL.test(rest)) return false;
  const core = found['core'] ?? '';
  // One number alone (`v7-web`), or a date, is no SemVer: there words decide.
  const isSemver = core.includes('.') || core.includes('_') ? core.length < 10 || !DATE.test(core) : false;
  if (!isSemver) return ROLLING.test(rest) || STAGE.test(rest);
  return rest.startsWith('-') || hasLetter(rest);
}

const hasLetter = (text: string): boolean => {
  const folded = text.toLowerCase();
  return [...folded].some((char) => char >= 'a' && char <= 'z');
};
