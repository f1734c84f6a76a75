import fc from 'fast-check';
import { CommitGraph } from './commit-graph.ts';
import { mentions } from '../../text/mentions.ts';
import { fixesOf } from './step.ts';
import { buildDeployments, type Rollout } from './deployments.ts';
import {
  judgeDeployments,
  linkIncidents,
  type FailureInput,
  type Incident,
  type Outcome,
  type ServiceDeployment,
} from './failures.ts';

const HOUR = 3_600_000;
const at = (hours: number): Date => new Date(Date.UTC(2026, 2, 2, 10) + hours * HOUR);
const rollout = (id: string, hours: number, given: Partial<Rollout> = {}): Rollout => ({
  deploymentId: id,
  externalId: id,
  environment: 'production',
  repoId: 1,
  sha: id,
  ref: null,
  finishedAt: at(hours),
  kind: 'planned',
  rollbackOf: null,
  isDegraded: false,
  ...given,
});
/** A straight history d1 … d5 with one commit each. */
const line = new CommitGraph(
  ['d1', 'd2', 'd3', 'd4', 'd5'].map((sha, index, all) => ({ sha, parents: all.slice(0, index).slice(-1) }))
);
const deployed = (
  rollouts: readonly Rollout[],
  changes: Readonly<Record<string, readonly string[]>> = {}
): ServiceDeployment[] =>
  buildDeployments(rollouts, new Map([[1, line]])).map((deployment) => ({
    ...deployment,
    changes: (changes[deployment.externalId] ?? deployment.shipped ?? []).map((changeId) => ({ changeId, repoId: 1 })),
  }));
const incident = (id: string, hours: number, given: Partial<Incident> = {}): Incident => ({
  incidentId: id,
  startedAt: at(hours),
  resolvedAt: at(hours + 1),
  isProduction: true,
  hasService: true,
  namedDeployment: null,
  namedChange: null,
  mentionedChange: null,
  fixes: [],
  ...given,
});
const input = (
  deployments: readonly ServiceDeployment[],
  incidents: readonly Incident[],
  killed: FailureInput['killed'] = new Map()
): FailureInput => ({
  deployments,
  incidents,
  killed,
  linkWindowHours: 24,
});
const outcomes = (given: FailureInput): Outcome[] => judgeDeployments(given, linkIncidents(given));

describe('deployments', () => {
  it('joins retries of one sha within ten minutes; the last finish counts', () => {
    const [one, two] = deployed([
      rollout('d1', 0),
      rollout('again', 0.1, { sha: 'd1' }),
      rollout('late', 0.4, { sha: 'd1' }),
    ]);
    expect(one).toMatchObject({ externalIds: ['d1', 'again'], finishedAt: at(0.1), isFirst: true, shipped: null });
    expect(two).toMatchObject({ externalIds: ['late'], shipped: [] });
  });
  it('ships what is new since the deployment before, never the old history', () => {
    expect(
      deployed([rollout('d1', 0), rollout('d3', 1), rollout('d4', 2)]).map(({ shipped }) => shipped?.toSorted())
    ).toEqual([undefined, ['d2', 'd3'], ['d4']]);
  });
  it('a rollback ships nothing and takes out what it is without; an unknown sha is no base', () => {
    const back = deployed([
      rollout('d1', 0),
      rollout('d3', 1),
      rollout('r', 2, { sha: 'd1', kind: 'rollback' }),
      rollout('x', 3, { sha: 'lost' }),
      rollout('d4', 4),
    ]);
    expect(back[2]).toMatchObject({ shipped: [] });
    expect(back[2]?.removed.toSorted()).toEqual(['d2', 'd3']);
    expect(back[3]).toMatchObject({ shipped: null, removed: [] });
    // What was taken back was shipped once already.
    expect(back[4]?.shipped?.toSorted()).toEqual(['d4']);
  });
});

describe('release lines', () => {
  // main: a - b - c - d; the line of 1.0: a - p.
  const graph = new CommitGraph([
    { sha: 'a', parents: [] },
    { sha: 'b', parents: ['a'] },
    { sha: 'c', parents: ['b'] },
    { sha: 'd', parents: ['c'] },
    { sha: 'p', parents: ['a'] },
  ]);
  const out = (...tags: ReadonlyArray<readonly [ref: string | null, sha: string]>): unknown[] =>
    buildDeployments(
      tags.map(([ref, sha], index) => rollout(`${String(index)}`, index, { ref, sha, kind: 'unknown' })),
      new Map([[1, graph]])
    ).map(({ shipped, removed, kind, previous }) => [shipped?.toSorted() ?? null, removed.toSorted(), kind, previous]);

  it('ship a change once, and follow their own line', () => {
    expect(out(['v1.0.0', 'a'], ['v1.1.0', 'c'], ['v1.0.1', 'p'], ['v1.2.0', 'd'])).toEqual([
      [null, [], 'unknown', null],
      [['b', 'c'], [], 'unknown', 0],
      [['p'], [], 'unknown', 0],
      [['d'], [], 'unknown', 1],
    ]);
  });
  it('are rolled back by a new tag on an old commit', () => {
    expect(out(['v1.0.0', 'a'], ['v1.1.0', 'c'], ['v1.1.1', 'a'], ['v1.2.0', 'd'])).toEqual([
      [null, [], 'unknown', null],
      [['b', 'c'], [], 'unknown', 0],
      [[], ['b', 'c'], 'rollback', 1],
      [['d'], [], 'unknown', 2],
    ]);
  });
  it('are rolled back by an older sha, and by the old tag deployed again', () => {
    expect(out([null, 'a'], [null, 'c'], [null, 'b'])[2]).toEqual([[], ['c'], 'rollback', 1]);
    expect(out(['v1.0.0', 'a'], ['v1.1.0', 'c'], ['v1.0.0', 'a'])[2]).toEqual([[], ['b', 'c'], 'rollback', 1]);
  });
  it('are not rolled back by a late tag of an older version, nor by the same sha again', () => {
    expect(out(['v1.0.0', 'a'], ['v1.2.0', 'c'], ['v1.1.0', 'b'])[2]).toEqual([[], [], 'unknown', 1]);
    expect(out(['v1.0.0', 'a'], ['v1.1.0', 'c'], ['v1.1.1', 'c'])[2]).toEqual([[], [], 'unknown', 1]);
  });
});

describe('linking incidents', () => {
  const deployments = deployed([rollout('d1', 0), rollout('d2', 10), rollout('d3', 20)]);
  const link = (given: Incident, more = deployments): unknown => linkIncidents(input(more, [given]))[0];

  it('takes the surest rung', () => {
    expect(link(incident('i', 21, { namedDeployment: 'd2' }))).toMatchObject({
      deployment: 1,
      method: 'explicit',
      confidence: 1,
    });
    expect(link(incident('i', 21, { namedChange: 'd2' }))).toMatchObject({
      deployment: 1,
      method: 'explicit',
      cause: { changeId: 'd2', method: 'explicit', confidence: 1 },
    });
    expect(link(incident('i', 21, { mentionedChange: 'd2' }))).toMatchObject({
      deployment: 1,
      method: 'mention',
      confidence: 0.9,
    });
    expect(link(incident('i', 21))).toMatchObject({ deployment: 2, method: 'time_window', confidence: 0.5 });
  });
  it('a rollback that names the bad deployment links what began while it ran', () => {
    const more = deployed([
      rollout('d1', 0),
      rollout('d2', 10),
      rollout('d3', 11),
      rollout('back', 14, { sha: 'd1', kind: 'rollback', rollbackOf: 'd2' }),
    ]);
    expect(link(incident('i', 12), more)).toMatchObject({ deployment: 1, method: 'rollback', confidence: 0.9 });
  });
  it('time alone never links beyond the window, before the first deployment, or outside production', () => {
    expect(link(incident('late', 20 + 24.1))).toMatchObject({ deployment: null, method: 'unlinked', confidence: null });
    expect(link(incident('edge', 20 + 24))).toMatchObject({ deployment: 2 });
    expect(link(incident('early', -1))).toMatchObject({ method: 'unlinked' });
    expect(link(incident('stage', 21, { isProduction: false }))).toMatchObject({ method: 'unlinked' });
    expect(link(incident('nowhere', 21, { hasService: false }))).toMatchObject({ method: 'unlinked' });
  });
  it('finds the cause by the lines a fix ended, else by the sole change, else not at all', () => {
    const two = deployed([rollout('d1', 0), rollout('d3', 10)]);
    const killed = new Map([
      [
        'fix',
        new Map([
          ['d2', 9],
          ['d3', 2],
          ['fix', 99],
        ]),
      ],
    ]);
    const of = (given: FailureInput): unknown => linkIncidents(given)[0]?.cause;
    expect(of(input(two, [incident('i', 11, { fixes: ['fix'] })], killed))).toEqual({
      changeId: 'd2',
      method: 'fix_blame',
      confidence: 0.6,
    });
    expect(of(input(two, [incident('i', 11)]))).toBeNull();
    expect(of(input(deployments, [incident('i', 11)]))).toEqual({
      changeId: 'd2',
      method: 'sole_change',
      confidence: 0.8,
    });
    const tie = new Map([
      [
        'fix',
        new Map([
          ['d2', 2],
          ['d3', 2],
        ]),
      ],
    ]);
    expect(of(input(two, [incident('i', 11, { fixes: ['fix'] })], tie))).toBeNull();
  });
  it('reads shas and numbers in texts, and fixes that name their incident', () => {
    expect(mentions('Down since 1f3c9ab, see #12 and https://x/pull/34; 1234567 users, deadbeef1')).toEqual({
      shas: ['1f3c9ab', 'deadbeef1'],
      numbers: ['12', '34'],
    });
    const texts = ['fix: INC-1', 'fix: INC-12', 'fix incident #7', 'bump 7'].map((text, index) => ({
      change_id: String(index),
      text,
    }));
    expect(fixesOf('INC-1', texts)).toEqual(['0']);
    expect(fixesOf('7', texts)).toEqual(['2']);
  });
});

describe('judging deployments', () => {
  it('G-22: deployed 10:00, incident 10:20, resolved 11:00: recovered after 60 minutes', () => {
    const [outcome] = outcomes(input(deployed([rollout('d1', 0)]), [incident('i', 1 / 3, { resolvedAt: at(1) })]));
    expect(outcome).toMatchObject({ failureMethods: ['time_window'], recoveryBasis: 'incident' });
    expect(((outcome?.recoveredAt?.getTime() ?? 0) - at(0).getTime()) / 60_000).toBe(60);
  });
  it('the latest end counts, and one open incident leaves it open', () => {
    const deployments = deployed([rollout('d1', 0)]);
    expect(outcomes(input(deployments, [incident('a', 1), incident('b', 2)]))[0]?.recoveredAt).toEqual(at(3));
    expect(
      outcomes(input(deployments, [incident('a', 1), incident('b', 2, { resolvedAt: null })]))[0]?.recoveredAt
    ).toBeNull();
  });
  it('a rollback fails the deployment it names, or the one before; it is rework and the recovery', () => {
    const deployments = deployed([
      rollout('d1', 0),
      rollout('d2', 1),
      rollout('r', 3, { sha: 'd1', kind: 'rollback' }),
    ]);
    const [first, second, third] = outcomes(input(deployments, []));
    expect(first).toMatchObject({ failureMethods: [], isRework: false });
    expect(second).toMatchObject({
      failureMethods: ['rollback'],
      recoveredAt: at(3),
      recoveryBasis: 'rollback',
      cause: { changeId: 'd2', method: 'sole_change' },
    });
    expect(third).toMatchObject({ failureMethods: [], isRework: true, fixedChangeId: 'd2' });
  });
  it('an unnamed hotfix fails the one before only within the window', () => {
    const soon = deployed([rollout('d1', 0), rollout('d2', 1), rollout('d3', 3, { kind: 'hotfix' })]);
    const late = deployed([rollout('d1', 0), rollout('d2', 1), rollout('d3', 30, { kind: 'hotfix' })]);
    expect(outcomes(input(soon, [])).map(({ failureMethods }) => failureMethods)).toEqual([[], ['hotfix'], []]);
    expect(outcomes(input(late, [])).map(({ failureMethods }) => failureMethods)).toEqual([[], [], []]);
  });
  it('is failed once however many incidents, and degraded counts', () => {
    const deployments = deployed([rollout('d1', 0, { isDegraded: true })]);
    expect(outcomes(input(deployments, [incident('a', 1), incident('b', 2)]))[0]?.failureMethods).toEqual([
      'degraded',
      'time_window',
    ]);
  });
  it('G-23: rollback, hotfix and fix-forward are rework: 3 of 20', () => {
    const many = Array.from({ length: 20 }, (_one, n) => rollout(`p${String(n)}`, n * 48, { sha: `p${String(n)}` }));
    const kinds = many.map((one, n) => ({
      ...one,
      kind: n === 4 ? ('rollback' as const) : n === 9 ? ('hotfix' as const) : one.kind,
    }));
    const deployments = deployed(kinds, { p14: ['fix'], p13: ['bad'] });
    const rework = outcomes(input(deployments, [incident('i', 13 * 48 + 1, { fixes: ['fix'] })])).filter(
      ({ isRework }) => isRework
    );
    expect(rework.length / 20).toBe(0.15);
    expect(rework[2]).toMatchObject({ fixedChangeId: 'bad' });
  });
  it('G-24: five deployments, the causes and failures that the modes of attribution need', () => {
    const ids = ['d0', 'e1', 'e2', 'e3', 'e4', 'e5'];
    const changes = { e1: ['a1'], e2: ['h1'], e3: ['a2', 'h2'], e4: ['h3', 'h4', 'h5', 'a3'], e5: ['h6', 'h7'] };
    const deployments = deployed(
      ids.map((id, n) => rollout(id, n * 48)),
      changes
    );
    const given = input(deployments, [incident('i1', 49), incident('i3', 3 * 48 + 1, { namedChange: 'a2' })]);
    const judged = outcomes(given);
    expect(judged.map(({ failureMethods }) => failureMethods.length > 0)).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(judged.map(({ cause }) => cause?.changeId ?? null)).toEqual([null, 'a1', null, 'a2', null, null]);
    // share: AI 1.5 of 1.75, human 0.5 of 3.25; cause: AI 2 of 3, human 0 of 7.
    const weigh = (source: string): [number, number] =>
      judged.slice(1).reduce<[number, number]>(
        ([failed, all], { failureMethods }, n) => {
          const shipped = deployments[n + 1]?.changes ?? [];
          const weight = shipped.filter(({ changeId }) => changeId.startsWith(source)).length / shipped.length;
          return [failed + (failureMethods.length > 0 ? weight : 0), all + weight];
        },
        [0, 0]
      );
    expect(weigh('a')).toEqual([1.5, 1.75]);
    expect(weigh('h')).toEqual([0.5, 3.25]);
  });
});

describe('what is one deployment', () => {
  it('jobs of a pipeline that roll out one sha one after the other, however long each takes', () => {
    const regions = [
      rollout('eu', 1, { sha: 'd2', startedAt: at(0) }),
      rollout('us', 2.5, { sha: 'd2', startedAt: at(1.1) }),
      rollout('again', 9, { sha: 'd2', startedAt: at(8.9) }),
    ];
    expect(buildDeployments(regions, new Map([[1, line]])).map(({ externalIds }) => externalIds)).toEqual([
      ['eu', 'us'],
      ['again'],
    ]);
  });

  it('a hotfix is known by its branch or tag, and answers what ran before it', () => {
    const built = deployed([rollout('d1', 0), rollout('d2', 2, { kind: 'unknown', ref: 'refs/heads/hotfix/cart' })]);
    expect(built.map(({ kind }) => kind)).toEqual(['planned', 'hotfix']);
    expect(judgeDeployments(input(built, []), []).map(({ failureMethods }) => failureMethods)).toEqual([
      ['hotfix'],
      [],
    ]);
  });
});

test('however many incidents there are, deployments fail once each, and each incident has one method and no doubt of more than it says', () => {
  const hour = fc.double({ min: 0, max: 200, noNaN: true });
  const kind = fc.constantFrom('planned', 'rollback', 'hotfix', 'unknown');
  const some = fc.record({
    rollouts: fc.array(fc.record({ hour, kind, sha: fc.constantFrom('d1', 'd2', 'd3', 'd4', 'd5') }), {
      maxLength: 12,
    }),
    incidents: fc.array(fc.record({ hour, named: fc.option(fc.nat(11)), hasService: fc.boolean() }), { maxLength: 40 }),
  });
  fc.assert(
    fc.property(some, ({ rollouts, incidents }) => {
      const built = deployed(
        rollouts.map((one, index) => rollout(String(index), one.hour, { kind: one.kind, sha: one.sha }))
      );
      const all = input(
        built,
        incidents.map((one, index) =>
          incident(String(index), one.hour, {
            hasService: one.hasService,
            namedDeployment: one.named === null ? null : String(one.named),
          })
        )
      );
      const links = linkIncidents(all);
      const outcomes = judgeDeployments(all, links);
      const failed = outcomes.filter(({ failureMethods }) => failureMethods.length > 0).length;
      expect(failed).toBeLessThanOrEqual(built.length);
      expect(outcomes).toHaveLength(built.length);
      expect(links).toHaveLength(incidents.length);
      for (const { deployment, method, confidence } of links) {
        expect(deployment === null).toBe(method === 'unlinked');
        expect(confidence === null).toBe(method === 'unlinked');
        expect(deployment === null || (outcomes[deployment]?.failureMethods.length ?? 0) > 0).toBe(true);
      }
    })
  );
});

describe('an incident that began before the deployment that it names', () => {
  const deployments = deployed([rollout('d1', 0), rollout('d2', 240)]);
  const linked = (given: Partial<Incident>, hours = 0) =>
    linkIncidents(input(deployments, [incident('i', hours, given)]))[0];
  it('is linked, since somebody said so, with half the confidence', () => {
    expect(linked({ namedDeployment: 'd2' })).toMatchObject({ deployment: 1, method: 'explicit', confidence: 0.5 });
    expect(linked({ namedChange: 'd2' })).toMatchObject({ deployment: 1, method: 'explicit', confidence: 0.5 });
    expect(linked({ mentionedChange: 'd2' })).toMatchObject({ deployment: 1, method: 'mention', confidence: 0.45 });
  });
  it('may begin while it is rolled out', () => {
    expect(linked({ namedDeployment: 'd2' }, 239.5)).toMatchObject({
      deployment: 1,
      method: 'explicit',
      confidence: 1,
    });
  });
});
