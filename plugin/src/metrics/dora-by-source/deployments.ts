/** Deployments and their changes, from the packs of the query files, and what each deployment counts in each part. */
import { HumanNumbers, bigAt, bytesOf, deploymentPeople, type DeploymentPeople } from '../parts/packs.ts';
import { sourceIn } from '../parts/ai-group.ts';
import { listOf, SEPARATOR, textOf } from '../parts/groups.ts';
import type { ComputeContext, ParamValues, Row } from '../define.ts';
import { INNER_GROUPS } from './metric.ts';

/** Part of the changes that the filters leave out: they keep their weight and are shown nowhere. */
const LEFT_OUT = '\u001e';
const DEPLOYMENT_BYTES = 28;
const CHANGE_BYTES = 32;

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
  readonly changes: DeploymentPeople[];
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
export function readDeployments(rows: readonly Row[], params: ParamValues): Deployments[] {
  const humans = new HumanNumbers();
  const groups = new Map<string, Group>();
  for (const row of rows) {
    if (row['deployments'] !== null && row['deployments'] !== undefined) {
      const all = unpack(row, humans, params).sort((one, two) => one.id - two.id);
      groups.set(textOf(row['cell']), { cell: textOf(row['cell']), all, traced: new Map(), byId: null });
    }
  }
  for (const row of rows) {
    const group = groups.get(textOf(row['cell']));
    if (group !== undefined && row['role'] !== null) addChanges(row, group, humans);
  }
  return [...groups.values()];
}

interface Group extends Deployments {
  readonly traced: Map<string, Traced[]>;
  /** Null = not asked for yet. */
  byId: ReadonlyMap<number, Deployment> | null;
}

/** Flags: 1 mature, 2 event, 4 its cause is known, 8 open. */
function unpack(row: Row, humans: HumanNumbers, params: ParamValues): Deployment[] {
  const [bytes, people] = [bytesOf(row['deployments']), bytesOf(row['people'])];
  const found: Deployment[] = [];
  let from = 0;
  for (let at = 0; at < bytes.byteLength; at += DEPLOYMENT_BYTES) {
    const flags = bytes.getInt32(at + 8);
    const end = from + bytes.getInt32(at + 24);
    found.push({
      id: bigAt(bytes, at),
      isMature: (flags & 1) !== 0,
      isEvent: (flags & 2) !== 0,
      isCauseKnown: (flags & 4) !== 0,
      isOpen: (flags & 8) !== 0,
      day: bytes.getInt32(at + 12),
      minutes: bytes.getFloat64(at + 16),
      changes: deploymentPeople(people, { from, end }, humans).map((changes) => ({
        ...changes,
        part: sourceIn(params, changes.part),
      })),
    });
    from = end;
  }
  return found;
}

/** Changes of a part in a role. Flags: 1 assumed, 2 the change is known. */
function addChanges(row: Row, group: Group, humans: HumanNumbers): void {
  const bytes = bytesOf(row['changes']);
  const part = textOf(row['part']);
  const traced = group.traced.get(part) ?? [];
  group.byId ??= new Map(group.all.map((deployment) => [deployment.id, deployment]));
  for (let at = 0; at < bytes.byteLength; at += CHANGE_BYTES) {
    const deployment = group.byId.get(bigAt(bytes, at));
    const flags = bytes.getInt32(at + 28);
    if (deployment === undefined) continue;
    if (row['role'] === 'shipped') {
      deployment.changes.push(unpackChange(bytes, at, { part, humans }));
    } else {
      traced.push({ deployment, isKnown: (flags & 2) !== 0 });
    }
  }
  if (row['role'] !== 'shipped' && part !== LEFT_OUT) {
    group.traced.set(part, traced);
  }
}

function unpackChange(
  bytes: DataView,
  at: number,
  { part, humans }: { readonly part: string; readonly humans: HumanNumbers }
): DeploymentPeople {
  const confidence = bytes.getFloat64(at + 16);
  const isRated = !Number.isNaN(confidence);
  return {
    part,
    changes: 1,
    lines: bytes.getInt32(at + 24),
    rated: isRated ? 1 : 0,
    confidence: isRated ? confidence : 0,
    isAssumed: (bytes.getInt32(at + 28) & 1) !== 0,
    human: humans.at(bytes, at + 8),
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
  // Their source stands before what they are grouped by.
  const isBySource = mode === 'single_source' && !grouped.includes('code_source');
  const mixed = isFiltered ? LEFT_OUT : 'mixed';
  return ({ changes }) => {
    const shares = sharesOf(changes, weight === 'lines');
    const isSingle = shares.length <= 1;
    const [only] = shares;
    let [purity, most]: [number | null, Share | undefined] = [null, undefined];
    for (const share of shares) {
      if (share.weight > (purity ?? 0)) [purity, most] = [share.weight, share];
    }
    if (mode === 'single_source' && !isSingle) {
      return { parts: [], isSingle, purity, whole: null };
    }
    if (isBySource && only !== undefined) {
      const whole = withoutSource(only.part);
      return { parts: [{ part: whole, weight: 1 }], isSingle, purity, whole };
    }
    if (shares.length === 0) {
      return { parts: [{ part: none, weight: mode === 'cause' ? 0 : 1 }], isSingle, purity, whole: null };
    }
    if (mode === 'majority') {
      const whole = most !== undefined && most.weight > 0.5 ? most.part : mixed;
      return { parts: [{ part: whole, weight: 1 }], isSingle, purity, whole };
    }
    if (mode === 'cause') for (const share of shares) share.weight = share.count;
    return { parts: shares, isSingle, purity, whole: null };
  };
}

const withoutSource = (part: string): string =>
  part === LEFT_OUT ? part : part.split(SEPARATOR).slice(1).join(SEPARATOR);

interface Share {
  readonly part: string;
  count: number;
  lines: number;
  /** Share of the changes, or of their lines. */
  weight: number;
}

/** Share of each part; where no change of a deployment has lines, each change counts alike. A list: there are a few parts, and many deployments. */
function sharesOf(changes: readonly DeploymentPeople[], byLines: boolean): Share[] {
  const shares: Share[] = [];
  let [count, lines] = [0, 0];
  for (const one of changes) {
    const own = shareOf(shares, one.part);
    own.count += one.changes;
    own.lines += one.lines;
    count += one.changes;
    lines += one.lines;
  }
  for (const own of shares) own.weight = byLines && lines > 0 ? own.lines / lines : own.count / count;
  return shares;
}

function shareOf(shares: Share[], part: string): Share {
  for (const share of shares) {
    if (share.part === part) return share;
  }
  const added = { part, count: 0, lines: 0, weight: 0 };
  shares.push(added);
  return added;
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
  /** Who is behind the deployments of this part alone. */
  readonly singleHumans: Set<number>;
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
    let found = sums.get(part);
    if (found === undefined) {
      found = noSums();
      sums.set(part, found);
    }
    return found;
  };
  deployments.forEach((deployment, index) => {
    const { parts, isSingle, whole } = splits[index] as Split;
    for (const share of parts) addDeployment(of(share.part), deployment, { weight: share.weight, isSingle });
    if (parts.length > 0) {
      for (const changes of deployment.changes) {
        const sum = of(whole ?? changes.part);
        addPeople(sum, changes);
        if (isSingle && deployment.isMature && changes.human !== 0) sum.singleHumans.add(changes.human);
      }
    }
  });
  sums.delete(LEFT_OUT);
  return sums;
}

const noSums = (): PartSums => ({
  allWeight: 0,
  allCount: 0,
  weight: 0,
  count: 0,
  events: 0,
  singleCount: 0,
  singleEvents: 0,
  singleHumans: new Set(),
  days: new Set(),
  changes: 0,
  rated: 0,
  confidence: 0,
  isAssumed: false,
  byHuman: new Map(),
});

function addDeployment(
  sums: PartSums,
  deployment: Deployment,
  { weight, isSingle }: { readonly weight: number; readonly isSingle: boolean }
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

function addPeople(sums: PartSums, { changes, rated, confidence, isAssumed, human }: DeploymentPeople): void {
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
