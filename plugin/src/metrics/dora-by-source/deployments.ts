/** Deployments and their changes, from the packs of the query files, and what each deployment counts in each part. */
import { bigAt, bytesOf, deploymentPeople, keyAt, type DeploymentPeople } from '../parts/packs.ts';
import { listOf, textOf } from '../parts/groups.ts';
import type { ComputeContext, Row } from '../define.ts';
import { INNER_GROUPS } from './metric.ts';

/** Part of the changes that the filters leave out: they keep their weight and are shown nowhere. */
const LEFT_OUT = '\u001e';
const DEPLOYMENT_BYTES = 28;
const CHANGE_BYTES = 32;

/** Changes of one part and human in a deployment; of packed changes the part is their source. */
interface Changes extends DeploymentPeople {
  readonly part: string;
  readonly lines: number;
}

export interface Deployment {
  readonly id: number;
  /** No incident can be linked to it any more. */
  readonly isMature: boolean;
  /** It failed, or for the rework rate: it was rework. */
  readonly isEvent: boolean;
  readonly isCauseKnown: boolean;
  /** Not recovered yet. */
  readonly isOpen: boolean;
  /** Local day, from 2000-01-01 on; 0 = not asked for. */
  readonly day: number;
  /** From its end to its recovery. */
  readonly minutes: number;
  readonly changes: Changes[];
}

/** A failure or rework that is traced to a change of the part. */
export interface Traced {
  readonly deployment: Deployment;
  readonly isKnown: boolean;
}

/** Deployments of one group. */
export interface Deployments {
  readonly cell: string;
  readonly all: readonly Deployment[];
  /** Failures or reworks by the part of the change that they are traced to. */
  readonly traced: ReadonlyMap<string, readonly Traced[]>;
}

/** Deployments by group, in the order of their ids. */
export function readDeployments(rows: readonly Row[]): Deployments[] {
  const groups = new Map<string, { all: Map<number, Deployment>; traced: Map<string, Traced[]> }>();
  for (const row of rows) {
    if (row['deployments'] !== null && row['deployments'] !== undefined) {
      groups.set(textOf(row['cell']), { all: unpack(row), traced: new Map() });
    }
  }
  for (const row of rows) {
    const group = groups.get(textOf(row['cell']));
    if (group !== undefined && row['role'] !== null) {
      addChanges(row, group);
    }
  }
  return [...groups].map(([cell, { all, traced }]) => ({
    cell,
    all: [...all.values()].sort((one, two) => one.id - two.id),
    traced,
  }));
}

/** Flags: 1 mature, 2 event, 4 its cause is known, 8 open. */
function unpack(row: Row): Map<number, Deployment> {
  const [bytes, people] = [bytesOf(row['deployments']), bytesOf(row['people'])];
  const found = new Map<number, Deployment>();
  let from = 0;
  for (let at = 0; at < bytes.byteLength; at += DEPLOYMENT_BYTES) {
    const flags = bytes.getInt32(at + 8);
    const end = from + bytes.getInt32(at + 24);
    const id = bigAt(bytes, at);
    found.set(id, {
      id,
      isMature: (flags & 1) !== 0,
      isEvent: (flags & 2) !== 0,
      isCauseKnown: (flags & 4) !== 0,
      isOpen: (flags & 8) !== 0,
      day: bytes.getInt32(at + 12),
      minutes: bytes.getFloat64(at + 16),
      changes: deploymentPeople(people, from, end).map((own) => ({ ...own, part: own.source, lines: 0 })),
    });
    from = end;
  }
  return found;
}

/** Changes of a part in a role. Flags: 1 assumed, 2 the change is known. */
function addChanges(row: Row, group: { all: ReadonlyMap<number, Deployment>; traced: Map<string, Traced[]> }): void {
  const bytes = bytesOf(row['changes']);
  const part = textOf(row['part']);
  const traced = group.traced.get(part) ?? [];
  for (let at = 0; at < bytes.byteLength; at += CHANGE_BYTES) {
    const deployment = group.all.get(bigAt(bytes, at));
    const flags = bytes.getInt32(at + 28);
    if (deployment === undefined) continue;
    if (row['role'] === 'shipped') {
      deployment.changes.push(unpackChange(bytes, at, part));
    } else {
      traced.push({ deployment, isKnown: (flags & 2) !== 0 });
    }
  }
  if (row['role'] !== 'shipped' && part !== LEFT_OUT) {
    group.traced.set(part, traced);
  }
}

function unpackChange(bytes: DataView, at: number, part: string): Changes {
  const confidence = bytes.getFloat64(at + 16);
  const isRated = !Number.isNaN(confidence);
  return {
    part,
    source: '',
    changes: 1,
    lines: bytes.getInt32(at + 24),
    rated: isRated ? 1 : 0,
    confidence: isRated ? confidence : 0,
    isAssumed: (bytes.getInt32(at + 28) & 1) !== 0,
    human: keyAt(bytes, at + 8),
  };
}

/** What a deployment counts where. */
export interface Split {
  readonly parts: ReadonlyArray<{ readonly part: string; readonly weight: number }>;
  /** Its changes are of one part, or there are none. */
  readonly isSingle: boolean;
  /** Largest share of one part; null = no changes. */
  readonly purity: number | null;
  /** The part that its changes count for as a whole; null = each for its own. */
  readonly whole: string | null;
}

/** Divides a deployment as the query's mode and weight say. */
export type Splitter = (deployment: Deployment) => Split;

export function splitter(context: ComputeContext): Splitter {
  const { mode, weight } = context.params;
  const inner = ['pr_class', 'code_source', 'zone', 'size'].map((name) => listOf(context, name));
  const isFiltered = inner.some((values) => values.length > 0);
  // A deployment without a change (configuration, infrastructure, automation only) is one part of source none.
  const hasNone = inner.every((values) => values.length === 0 || values.includes('none'));
  const grouped = INNER_GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
  const none = hasNone ? grouped.map(() => 'none').join('\u001f') : LEFT_OUT;
  const mixed = isFiltered ? LEFT_OUT : 'mixed';
  return ({ changes }) => {
    const shares = sharesOf(changes, weight === 'lines');
    const isSingle = shares.length <= 1;
    const purity = shares.length === 0 ? null : shares.reduce((most, { share }) => Math.max(most, share), 0);
    if (mode === 'single_source' && !isSingle) {
      return { parts: [], isSingle, purity, whole: null };
    }
    if (shares.length === 0) {
      return { parts: [{ part: none, weight: mode === 'cause' ? 0 : 1 }], isSingle, purity, whole: null };
    }
    if (mode === 'majority') {
      const whole = shares.find(({ share }) => share > 0.5)?.part ?? mixed;
      return { parts: [{ part: whole, weight: 1 }], isSingle, purity, whole };
    }
    const parts = shares.map(({ part, count, share }) => ({ part, weight: mode === 'cause' ? count : share }));
    return { parts, isSingle, purity, whole: null };
  };
}

interface Share {
  readonly part: string;
  count: number;
  lines: number;
  share: number;
}

/** Share of each part; where no change of a deployment has lines, each change counts alike. A list: there are a few parts, and many deployments. */
function sharesOf(changes: readonly Changes[], byLines: boolean): Share[] {
  const shares: Share[] = [];
  let [count, lines] = [0, 0];
  for (const one of changes) {
    let own = shares.find(({ part }) => part === one.part);
    if (own === undefined) {
      own = { part: one.part, count: 0, lines: 0, share: 0 };
      shares.push(own);
    }
    own.count += one.changes;
    own.lines += one.lines;
    count += one.changes;
    lines += one.lines;
  }
  for (const own of shares) own.share = byLines && lines > 0 ? own.lines / lines : own.count / count;
  return shares;
}

/** What all deployments of a group count in one part, and who is behind their changes. */
export interface PartSums {
  allWeight: number;
  allCount: number;
  /** The rest is of mature deployments. */
  weight: number;
  count: number;
  events: number;
  singleCount: number;
  singleEvents: number;
  readonly days: Set<number>;
  changes: number;
  rated: number;
  confidence: number;
  isAssumed: boolean;
  readonly byHuman: Map<number, number>;
}

/** Sums by part; what is left out by the filters is in none. @param splits Of each of them, in their order. */
export function sumParts(deployments: readonly Deployment[], splits: readonly Split[]): Map<string, PartSums> {
  const sums = new Map<string, PartSums>();
  const of = (part: string): PartSums => {
    const found = sums.get(part) ?? {
      allWeight: 0,
      allCount: 0,
      weight: 0,
      count: 0,
      events: 0,
      singleCount: 0,
      singleEvents: 0,
      days: new Set(),
      changes: 0,
      rated: 0,
      confidence: 0,
      isAssumed: false,
      byHuman: new Map(),
    };
    sums.set(part, found);
    return found;
  };
  deployments.forEach((deployment, index) => {
    const { parts, isSingle, whole } = splits[index] as Split;
    for (const { part, weight } of parts) addDeployment(of(part), deployment, { weight, isSingle });
    for (const changes of parts.length === 0 ? [] : deployment.changes) addPeople(of(whole ?? changes.part), changes);
  });
  sums.delete(LEFT_OUT);
  return sums;
}

function addDeployment(
  sums: PartSums,
  deployment: Deployment,
  { weight, isSingle }: { weight: number; isSingle: boolean }
): void {
  sums.allWeight += weight;
  sums.allCount += 1;
  if (deployment.day !== 0) sums.days.add(deployment.day);
  if (!deployment.isMature) return;
  sums.count += 1;
  sums.weight += weight;
  sums.events += deployment.isEvent ? weight : 0;
  sums.singleCount += isSingle ? 1 : 0;
  sums.singleEvents += isSingle && deployment.isEvent ? 1 : 0;
}

function addPeople(sums: PartSums, { changes, rated, confidence, isAssumed, human }: Changes): void {
  sums.changes += changes;
  sums.rated += rated;
  sums.confidence += confidence;
  sums.isAssumed ||= isAssumed;
  if (human !== 0) sums.byHuman.set(human, (sums.byHuman.get(human) ?? 0) + changes);
}

/** Cell of a part of a group. */
export const cellOf = (outer: string, part: string): string => (part === '' ? outer : `${outer}\u001f${part}`);

/** Whether the part is shown. */
export const isShown = (part: string): boolean => part !== LEFT_OUT;
