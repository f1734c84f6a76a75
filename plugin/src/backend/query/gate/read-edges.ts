/** Reads what find-edges.ts and find-range.ts ask: groups that the edges of a range hide, as marks, and the range that hides fewer. */
import type { Row } from '../../../metrics/define.ts';
import { nextBucket, type Bucket, type Range } from '../../../statistics/buckets.ts';
import type { EngineParts, PreparedQuery } from '../run-metric.ts';
import { readAmong } from './among.ts';
import { comersQuery, readBegin } from './begin.ts';
import { describingOf, unitOf, type Asked } from './find-described.ts';
import { beginQuery, edgeQuery, type Slow } from './find-edges.ts';
import { weeksBeside } from './find-points.ts';
import { findRange, type GroupWeeks } from './find-range.ts';
import type { Mark } from './marks.ts';
import { cutBucket, PERIOD, weekOf, weekStart } from './snap-range.ts';
import { judgedAs, partsOf, type JudgedUnit } from './judged.ts';
import { UNITS } from './units.ts';
import { weeksQuery } from './weeks-query.ts';

/** How a range is judged. */
export interface Edges {
  readonly bucket: Bucket | null;
  readonly slow: Slow;
  /** End of the last closed week: no answer goes beyond. */
  readonly closed: Date;
}

interface Question extends Asked {
  readonly unit: JudgedUnit;
  readonly tz: string;
  readonly k: number;
  /** Of a chart the time bucket that the end of the range cuts, as far as it goes. */
  readonly range: Range;
  readonly periods: Range;
  readonly bucketEnd: Date | null;
}

/** One for each kind of people behind the units; none = the question has no units with edges. */
function questionsOf(prepared: PreparedQuery, edges: Edges): Question[] {
  const unit = unitOf({ metric: prepared.parsed.metric, params: prepared.params });
  return unit === null || UNITS[unit].isStock === true ? [] : judgedAs(unit).map(questionFor(prepared, edges));
}

/** Whose question it is. */
function questionFor({ parsed, params, from, to, tz, settings }: PreparedQuery, { bucket, closed }: Edges): (unit: JudgedUnit) => Question {
  const cut = bucket === null ? null : cutBucket({ from, to }, { bucket, tz });
  const range = { from: bucket === null ? from : (cut ?? to), to };
  const periodOf = (at: Date, round: (part: number) => number) => weekStart(round(weekOf(at, tz) / PERIOD) * PERIOD, tz);
  const end = periodOf(to, Math.ceil);
  const next = bucket === null || cut === null ? null : nextBucket(cut, bucket, tz);
  return (unit) => ({
    metric: parsed.metric, params, unit, tz, k: settings.k, range,
    periods: { from: periodOf(range.from, Math.floor), to: end <= closed ? end : to },
    bucketEnd: next !== null && next <= closed ? next : null,
  });
} // prettier-ignore

/** Groups of whom few people would follow beside an answer for another range. */
export async function findEdges(parts: EngineParts, prepared: PreparedQuery, edges: Edges): Promise<Mark[]> {
  const found = questionsOf(prepared, edges).map((question) => edgesOf(parts, question, { prepared, ...edges }));
  return (await Promise.all(found)).flat();
}

/** Groups some of whose cells rest on a part of the units, of which few people would follow likewise. */
export async function findPartEdges(parts: EngineParts, prepared: PreparedQuery, edges: Edges): Promise<Mark[]> {
  const unit = unitOf({ metric: prepared.parsed.metric, params: prepared.params });
  const found = (unit === null ? [] : partsOf(unit)).map(async ({ unit: part, of }) => {
    const marks = await edgesOf(parts, questionFor(prepared, edges)(part), { prepared, ...edges });
    return marks.map((mark) => ({ ...mark, of }));
  });
  return (await Promise.all(found)).flat();
}

async function edgesOf(parts: EngineParts, question: Question, { prepared, bucket, slow }: Edges & { readonly prepared: PreparedQuery }): Promise<Mark[]> {
  const { unit, k, range } = question;
  const begin = await readBegin(parts, unit, k);
  const isBegun = bucket === null && begin !== null && range.from <= begin.from;
  const ask = async (isExact: boolean) => {
    const asked = { ...question, slow, isStartOpen: bucket === null, begin: isBegun ? begin : null, isExact };
    return readAmong(parts, asked, { build: edgeQuery });
  };
  const { from } = prepared;
  const [first, before] = await Promise.all([
    ask(false),
    begin !== null && begin.from < from && from < begin.to
      ? readAmong(parts, { ...question, range: { from: begin.from, to: from } }, { build: beginQuery })
      : { rows: [] },
  ]);
  const { labels, rows } = first.rows.some((row) => row['is_open'] === true) ? await ask(true) : first;
  const marksAt = (keys: readonly string[], at: Date): Mark[] =>
    keys.length === 0
      ? []
      : bucket === null
        ? [{ labels, keys, reason: 'edge' }]
        : [{ labels: ['time', ...labels], keys: keys.map((key) => timedKey(at, key)), reason: 'edge' }];
  const points = bucket === 'week' ? await findPoints(parts, question, { slow, range: { from, to: prepared.to } }) : [];
  return [...marksAt(keysOf(rows), range.from), ...marksAt(keysOf(before.rows), from), ...points];
} // prettier-ignore

const keysOf = (rows: readonly Row[]): string[] => rows.map((row) => String(row['key']));

const timedKey = (at: Date, key: string): string =>
  JSON.stringify([String(at.getTime()), ...(JSON.parse(key) as unknown[])]);

/** The range that is answered where the edges of the one asked for hide groups; null = the one asked for. */
export async function findShown(
  parts: EngineParts,
  prepared: PreparedQuery,
  edges: Edges & { readonly step: number }
): Promise<Range | null> {
  const questions = questionsOf(prepared, edges);
  const [question] = questions;
  // Who is described in two ways is hidden in any range.
  if (question === undefined || describingOf(question).length > 1) return null;
  if ((await findEdges(parts, prepared, edges)).every(({ reason }) => reason !== 'edge')) return null;
  const { tz, k, range } = question;
  const begins = edges.bucket === null ? await Promise.all(questions.map(({ unit }) => readBegin(parts, unit, k))) : [];
  // Of several kinds of people the beginning is over when it is for all.
  const begin = begins.reduce((one, other) => (one === null || (other !== null && other.to > one.to) ? other : one), null);
  const isNear = begin !== null && range.from > begin.from && range.from < begin.to;
  const from = isNear ? begin.from : edges.bucket === null ? question.periods.from : range.from;
  const to = question.bucketEnd !== null && question.bucketEnd > question.periods.to ? question.bucketEnd : question.periods.to;
  const week = (at: Date): number => weekOf(at, tz);
  const groups = await Promise.all(
    questions.map(async (own) => {
      const [counts, comers] = await Promise.all([
        readAmong(parts, { ...own, range: { from, to } }, { build: weeksQuery }),
        begin === null || begin.to <= from ? { rows: [] } : readAmong(parts, { ...own, range: begin }, { build: comersQuery }),
      ]);
      const found = groupsOf(own, { ...counts, slow: edges.slow });
      for (const row of comers.rows) found.get(String(row['key']))?.early.push(row['at'] instanceof Date ? week(row['at']) : 0);
      return [...found.values()];
    })
  );
  const asked = { from: week(range.from), to: week(range.to) };
  const found = findRange({
    groups: groups.flat(),
    asked,
    step: edges.step,
    k,
    begin: begin === null ? null : { from: week(begin.from), to: week(begin.to) + 1 },
    closed: week(edges.closed),
    isBucket: edges.bucket !== null,
    bucketEnd: question.bucketEnd === null ? null : week(question.bucketEnd),
  });
  if (found.from === asked.from && found.to === asked.to) return null;
  return edges.bucket === null
    ? { from: found.from === asked.from ? range.from : weekStart(found.from, tz), to: weekStart(found.to, tz) }
    : { from: prepared.from, to: found.to === asked.from ? range.from : weekStart(found.to, tz) };
} // prettier-ignore

interface Counted {
  readonly labels: readonly string[];
  /** Rows of weeksQuery. */
  readonly rows: readonly Row[];
  readonly slow: Slow;
}

type Group = GroupWeeks & { readonly weeks: Map<number, number>; readonly periods: Map<number, number>; readonly early: number[] }; // prettier-ignore

/** Groups by their key, weeks in order. */
function groupsOf(question: Question, { rows, ...counted }: Counted): Map<string, Group> {
  const groups = new Map<string, Group>();
  const isSlow = slowIn(question, counted);
  for (const row of rows.toSorted((one, other) => Number(one['week']) - Number(other['week']))) {
    const key = String(row['key']);
    const group = groups.get(key) ?? { isSlow: isSlow(key), weeks: new Map(), periods: new Map(), early: [] };
    groups.set(key, group);
    if (row['week'] === null) group.periods.set(Number(row['period']), Number(row['people']));
    else group.weeks.set(Number(row['week']), Number(row['people']));
  }
  return groups;
}

/** Weeks of a chart that are hidden beside weeks of few people. */
async function findPoints(parts: EngineParts, question: Question, { slow, range }: { readonly slow: Slow; readonly range: Range }): Promise<Mark[]> {
  const { tz, k } = question;
  // All of the four weeks at both ends: whether they are few is not a matter of the range.
  const periodOf = (at: Date, round: (part: number) => number) => weekStart(round(weekOf(at, tz) / PERIOD) * PERIOD, tz);
  const whole = { from: periodOf(range.from, Math.floor), to: periodOf(range.to, Math.ceil) };
  const counted = await readAmong(parts, { ...question, range: whole }, { build: weeksQuery });
  const span = { from: weekOf(range.from, tz), to: weekOf(range.to, tz) };
  const keys = [...groupsOf(question, { ...counted, slow })].flatMap(([key, group]) =>
    weeksBeside(group, span, k).map((week) => timedKey(weekStart(week, tz), key))
  );
  return keys.length === 0 ? [] : [{ labels: ['time', ...counted.labels], keys, reason: 'beside' }];
} // prettier-ignore

/** As edgeQuery tells who is slow. */
function slowIn(question: Question, { labels, slow }: Omit<Counted, 'rows'>): (key: string) => boolean {
  const [described = ''] = describingOf(question);
  const [keys, few, place] = [new Set(slow.keys), new Set(slow.few), labels.indexOf(described)];
  return (key) => keys.has(key) || (few.size > 0 && (place < 0 || few.has(String((JSON.parse(key) as unknown[])[place]))));
} // prettier-ignore
