/** The class of a change and how it was found (metrics.md 2.2): a ladder, the first rung that answers wins. */
import { CLASS_ORDER, CLASS_WORDS, CONVENTIONAL, FILE_CLASSES, REVERT_TITLE, type PrClass } from './class-rules.ts';

export type ClassMethod = 'revert' | 'label' | 'conventional' | 'issue' | 'branch' | 'files' | 'none';

export interface ClassInput {
  readonly title: string;
  /** Subject of the commit on the default branch; null = none or same as the title. */
  readonly mergeSubject: string | null;
  readonly labels: readonly string[];
  readonly issueTypes: readonly string[];
  readonly branch: string | null;
  /** Own commits; `lines` = effective added + deleted, null = not measured. */
  readonly commits: ReadonlyArray<{ readonly subject: string; readonly lines: number | null }>;
  /** Distinct kinds of the files touched. */
  readonly fileKinds: readonly string[];
  /** A revert fact names it as the reverting change. */
  readonly isRevert: boolean;
}

export interface ClassResult {
  readonly prClass: PrClass;
  readonly method: ClassMethod;
  /** Two labels of different classes. */
  readonly isAmbiguous: boolean;
}

const found = (prClass: PrClass, method: ClassMethod, isAmbiguous = false): ClassResult => ({
  prClass,
  method,
  isAmbiguous,
});

/** Class of a word such as `type: Bug`, `kind/feature` or `Tech debt`: the part after the last colon or slash counts. */
function wordClass(raw: string): PrClass | null {
  const word =
    raw
      .toLowerCase()
      .slice(0, 200)
      .replaceAll(':', '/')
      .split('/')
      .at(-1)
      ?.trim()
      .replaceAll('_', ' ')
      .split(' ')
      .filter(Boolean)
      .join('-') ?? '';
  return Object.hasOwn(CLASS_WORDS, word) ? (CLASS_WORDS[word] ?? null) : null;
}

function conventionalClass(subject: string): PrClass | null {
  const type = CONVENTIONAL.exec(subject.slice(0, 4096))?.named['type'];
  return type === undefined ? null : wordClass(type);
}

/** Strongest class among several words, and whether they disagree. */
function strongest(words: readonly string[]): { prClass: PrClass; isAmbiguous: boolean } | null {
  const classes = new Set(words.map(wordClass).filter((one) => one !== null));
  const prClass = CLASS_ORDER.find((one) => classes.has(one));
  return prClass === undefined ? null : { prClass, isAmbiguous: classes.size > 1 };
}

/** Class that holds more than half of the effective lines of all own commits (of the commits where no lines are known). */
function majorityClass(commits: ClassInput['commits']): PrClass | null {
  const isMeasured = commits.some(({ lines }) => (lines ?? 0) > 0);
  const weights = new Map<PrClass, number>();
  let total = 0;
  for (const { subject, lines } of commits) {
    const weight = isMeasured ? (lines ?? 0) : 1;
    const prClass = conventionalClass(subject);
    total += weight;
    if (prClass !== null) weights.set(prClass, (weights.get(prClass) ?? 0) + weight);
  }
  return [...weights].find(([, weight]) => weight * 2 > total)?.[0] ?? null;
}

/** Any leading segment of `owner:user/feat/name` but the last. */
function branchClass(branch: string | null): PrClass | null {
  const segments = (branch ?? '').split(':').at(-1)?.split('/').slice(0, -1) ?? [];
  return segments.map(wordClass).find((one) => one !== null) ?? null;
}

function filesClass(kinds: readonly string[]): PrClass | null {
  if (kinds.length === 0) return null;
  return FILE_CLASSES.find((rule) => kinds.every((kind) => rule.kinds.includes(kind)))?.prClass ?? null;
}

/** Class of a change. Never guesses: without evidence it is `unknown`. */
export function classify(input: ClassInput): ClassResult {
  if (input.isRevert || REVERT_TITLE.test(input.title.slice(0, 4096))) return found('revert', 'revert');
  const label = strongest(input.labels);
  if (label) return found(label.prClass, 'label', label.isAmbiguous);
  const conventional =
    conventionalClass(input.title) ?? conventionalClass(input.mergeSubject ?? '') ?? majorityClass(input.commits);
  if (conventional) return found(conventional, 'conventional');
  const issue = strongest(input.issueTypes);
  if (issue) return found(issue.prClass, 'issue');
  const branch = branchClass(input.branch);
  if (branch) return found(branch, 'branch');
  const files = filesClass(input.fileKinds);
  return files ? found(files, 'files') : found('unknown', 'none');
}

/** Class of an issue: by its labels, else by its type. */
export const classOfIssue = ({
  type,
  labels,
}: {
  readonly type: string | null;
  readonly labels: readonly string[];
}): PrClass => (strongest(labels) ?? strongest(type === null ? [] : [type]))?.prClass ?? 'unknown';
