import type { Category, Compute, ComputeContext, Ground, Question, Row } from '../define.ts';
import { STEPS, TITLES, type StepName } from '../parts/grounds.ts';
import type { Found, Level } from './found.ts';
import { judgeAll } from './grounds.ts';

/** What is known of the questions, of what their answers rest on, or what to do next. */
export const compute: Compute = (rows, context) => {
  const [row] = rows;
  if (row === undefined) return { rows: [] };
  const { k, not_collected: off } = context.settings;
  const grounds = judgeAll({ row, k: Number(k), off: new Set(Array.isArray(off) ? (off as Category[]) : []) });
  const { questions = [], hidden = {} } = context;
  const judged = questions.map((question) => judge(question, { grounds, hidden: hidden[question.id] ?? null }));
  const steps = rankSteps(judged);
  switch (context.params['mode']) {
    case 'grounds':
      return { rows: [...grounds].map(([ground, found]) => groundRow(ground, found)) };
    case 'steps':
      return { rows: steps.map((step) => stepRow(step, judged)) };
    default:
      return { rows: inOrder(judged, steps, context).map(questionRow) };
  }
};

type State = 'answers' | 'in_part' | 'not_yet';

/** What was found of something that an answer rests on. */
interface Lack extends Found {
  /** Without it there is no answer. */
  readonly isNeeded: boolean;
}

const UNTOLD: Found = { level: 'missing', why: 'not measured', step: null };

/** A question and what stands in the way of its answer. */
interface Judged {
  readonly question: Question;
  readonly state: State;
  /** What is missing or known in part: what the answer needs first. */
  readonly lacks: readonly Lack[];
  readonly why: string;
}

interface Measured {
  readonly grounds: ReadonlyMap<Ground, Found>;
  /** Why its answer shows nothing, as the gate says; null = it shows something. */
  readonly hidden: string | null;
}

function judge(question: Question, { grounds, hidden }: Measured): Judged {
  const { needs, gains = [] } = question;
  const found = [...needs, ...gains].map((ground, place): Lack => ({ ...(grounds.get(ground) ?? UNTOLD), isNeeded: place < needs.length })); // prettier-ignore
  const isStopped = found.some(({ level, isNeeded }) => level === 'missing' && isNeeded);
  if (!isStopped && hidden !== null) {
    const lack: Lack = { level: 'missing', why: hidden, step: 'people', isNeeded: true };
    return { question, state: 'not_yet', lacks: [lack], why: hidden };
  }
  const lacks = found
    .filter(({ level }) => level !== 'known')
    .sort((one, other) => weightOf(one) - weightOf(other))
    .filter((one) => !isStopped || weightOf(one) === 0);
  const told = lacks.length > 0 ? lacks : found;
  return {
    question,
    state: isStopped ? 'not_yet' : lacks.length > 0 ? 'in_part' : 'answers',
    lacks,
    why: [...new Set(told.map(({ why }) => why))].join('; '),
  };
}

/** What is needed and missing stops an answer; the rest makes it less. */
const weightOf = ({ level, isNeeded }: Lack): number =>
  isNeeded ? (level === 'missing' ? 0 : 1) : level === 'missing' ? 2 : 3;

const stepsOf = ({ lacks }: Judged): StepName[] => [
  ...new Set(lacks.flatMap(({ step }) => (step === null ? [] : [step]))),
];

/** Questions that a step alone answers, at least in part. */
const opens = (step: StepName, judged: readonly Judged[]): Judged[] =>
  judged.filter((one) => one.state === 'not_yet' && one.lacks.every((lack) => lack.step === step));

/** Steps, best first: those that open most questions, then the quickest. A step that only waits is last. */
function rankSteps(judged: readonly Judged[]): StepName[] {
  const all = [...new Set(judged.flatMap(stepsOf))];
  const helps = (step: StepName): number => judged.filter((one) => stepsOf(one).includes(step)).length;
  const minutes = (step: StepName): number => STEPS[step].minutes ?? Infinity;
  const keys = new Map(all.map((step) => [step, [-opens(step, judged).length, minutes(step), -helps(step)] as const]));
  return all.sort((one, other) => compare(keys.get(one) ?? [], keys.get(other) ?? []));
}

function compare(one: readonly number[], other: readonly number[]): number {
  const place = one.findIndex((value, index) => value !== other[index]);
  return place < 0 ? 0 : (one[place] ?? 0) < (other[place] ?? 0) ? -1 : 1;
}

const ANSWERED: Readonly<Record<string, readonly State[]>> = { answered: ['answers', 'in_part'], open: ['not_yet'] };

/** The question whose step is best comes first; of one step those that are not answered at all. What is answered whole comes last, or first where only answers are asked for. */
function inOrder(judged: readonly Judged[], steps: readonly StepName[], { params }: ComputeContext): Judged[] {
  const show = String(params['show']);
  const placeOf = (one: Judged): number => {
    const places = stepsOf(one).map((step) => steps.indexOf(step));
    return places.length > 0 ? Math.min(...places) : one.state === 'answers' ? Infinity : steps.length;
  };
  const keyOf = (one: Judged): number[] =>
    show === 'answered' ? [-VALUES[one.state]] : [placeOf(one), VALUES[one.state]];
  return judged
    .filter(({ state }) => ANSWERED[show]?.includes(state) ?? true)
    .sort((one, other) => compare(keyOf(one), keyOf(other)));
}

const VALUES: Readonly<Record<State, number>> = { not_yet: 0, in_part: 1, answers: 2 };

/** Cells of the best of some steps. */
function stepCells(names: readonly StepName[]): Row {
  const [name] = names;
  const { text, minutes, see } = name === undefined ? { text: '', minutes: null, see: '' } : STEPS[name];
  return { step: text, minutes, see };
}

const questionRow = (judged: Judged): Row => ({
  question: judged.question.title,
  value: VALUES[judged.state],
  state: judged.state,
  why: judged.why,
  ...stepCells(stepsOf(judged)),
  board: `/d/${judged.question.board}`,
  status: 'ok',
});

const LEVELS: Readonly<Record<Level, number>> = { missing: 0, partly: 1, known: 2 };

const groundRow = (ground: Ground, { level, why, step }: Found): Row => ({
  ground: TITLES[ground],
  value: LEVELS[level],
  state: level,
  why,
  ...stepCells(step === null ? [] : [step]),
  status: 'ok',
});

function stepRow(name: StepName, judged: readonly Judged[]): Row {
  const opened = opens(name, judged);
  const helped = judged.filter((one) => !opened.includes(one) && stepsOf(one).includes(name));
  const titles = (all: readonly Judged[]): string => all.map(({ question }) => question.title).join(' ');
  return {
    ...stepCells([name]),
    value: opened.length,
    opens: opened.length > 0 ? titles(opened) : `Says more of: ${titles(helped)}`,
    helps: helped.length,
    status: 'ok',
  };
}
