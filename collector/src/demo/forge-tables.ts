/** What the forge of the demo tells, as rows: accounts, teams, changes, events and checks, as the GitHub connector writes them. */
import type { DemoChange } from './changes.ts';
import { CODING_AGENT, PROGRAMS, type DemoEvent } from './forge.ts';
import { ownCommits } from './history-tables.ts';
import { DAY_MS, moveAt } from './organisation.ts';
import { issueKeys } from './tracker/tables.ts';
import { TRUTHS } from './truths.ts';
import { forgeName, table, type Ids, type Organisation, type TableRows } from './tables.ts';

const accountOf = (ids: Ids, who: DemoEvent['who']): string =>
  ids.account('github', typeof who === 'string' ? who : `id:${String(who.forgeId)}`);

export function forgeTables(org: Organisation, ids: Ids): TableRows[] {
  return [
    table('account', 'account_id provider login external_id display_name kind', [
      ...org.people.map((one) => [accountOf(ids, one), 'github', one.login, forgeName(one), one.name, 'human']),
      ...Object.entries(PROGRAMS).map(([login, { name, kind }]) => [
        ids.account('github', login),
        'github',
        login,
        null,
        name,
        kind,
      ]),
    ]),
    teamTable(org, ids),
    changeTable(org, ids),
    openTable(org, ids),
    eventTable(org, ids),
    watchTable(org, ids),
    buildTable(org, ids),
  ];
}

/** Who moves has two memberships: the first ends when the second begins. */
function teamTable({ people, time }: Organisation, ids: Ids): TableRows {
  const joined = new Date(time.start.getTime() - 90 * DAY_MS);
  return table(
    'team_account',
    'account_id team_id valid_from valid_to is_primary role',
    people.flatMap((one) => {
      const row = (team: string, from: Date, to: Date | null): unknown[] => [
        accountOf(ids, one),
        team,
        from,
        to,
        true,
        'member',
      ];
      const at = moveAt(time);
      return one.movesTo === null
        ? [row(one.team, joined, null)]
        : [row(one.team, joined, at), row(one.movesTo, at, null)];
    })
  );
}

function labelsOf(change: DemoChange): string[] {
  const label = { ai_heavy: 'ai:heavy', ai_assisted: 'ai:assisted', human: 'ai:none', unknown: '' }[change.source];
  return change.evidence === 'label' && change.isMarked ? [label] : [];
}

/** As the editor names it: whose it is, and the issue where there is one. */
const branchOf = ({ author, number }: DemoChange, issue: string | undefined): string =>
  `${author.key}/${issue === undefined ? String(number) : issue.toLowerCase()}`;

function changeTable(org: Organisation, ids: Ids): TableRows {
  const issueOf = issueKeys(org);
  return table(
    'change',
    'repo_id change_key kind title branch labels author_account_id requester_account_id created_at first_ready_at first_commit_at merged_at closed_at merge_sha head_sha explanation source source_rank',
    org.forge.map(({ change, openedAt, explanation }) => {
      const human = accountOf(ids, change.author);
      const isAgent = change.evidence === 'agent';
      return [
        ids.repo(change.repo),
        String(change.number),
        'pull_request',
        change.title,
        isAgent
          ? `copilot/${issueOf(change)?.toLowerCase() ?? String(change.number)}`
          : branchOf(change, issueOf(change)),
        labelsOf(change),
        isAgent ? accountOf(ids, CODING_AGENT) : human,
        isAgent ? human : null,
        openedAt,
        change.readyAt,
        change.firstCommitAt,
        change.mergedAt,
        change.mergedAt,
        change.sha,
        ownCommits(change).at(-1)?.sha ?? null,
        explanation,
        'github',
        10,
      ];
    })
  );
}

function openTable(org: Organisation, ids: Ids): TableRows {
  return table(
    'change',
    'repo_id change_key kind title author_account_id created_at first_ready_at first_commit_at source source_rank',
    org.open.map((change) => [
      ids.repo(change.repo),
      String(change.number),
      'pull_request',
      change.title,
      accountOf(ids, change.author),
      change.readyAt,
      change.readyAt,
      change.readyAt,
      'github',
      10,
    ])
  );
}

function eventTable(org: Organisation, ids: Ids): TableRows {
  return table(
    'change_event',
    'repo_id change_key event_id at account_id kind state',
    org.forge.flatMap(({ change, events, coordination }) => {
      const key = [ids.repo(change.repo), String(change.number)];
      return [
        ...events.map(({ at, who, kind, state }, index) => [...key, String(index + 1), at, accountOf(ids, who), kind, state]),
        ...coordination.events.map(({ at, kind, state }, index) => [...key, `c${String(index + 1)}`, at, null, kind, state]),
      ];
    })
  );
} // prettier-ignore

function watchTable(org: Organisation, ids: Ids): TableRows {
  return table(
    'change_watch',
    'repo_id change_key first_at last_at look_count',
    org.forge.flatMap(({ change, coordination: { watch } }) =>
      watch === null ? [] : [[ids.repo(change.repo), String(change.number), watch.firstAt, watch.lastAt, watch.looks]]
    )
  );
}

/** A run for each attempt, the tests of the last one as a check, the gate of a team, and runs of pushes that came to nothing. */
function buildTable(org: Organisation, ids: Ids): TableRows {
  const builds = org.forge.flatMap(({ change, runs, broken, gate }) => {
    const [repo, key] = [ids.repo(change.repo), String(change.number)];
    const sha = ownCommits(change).at(-1)?.sha ?? null;
    const last = runs.at(-1);
    const row = (kind: 'run' | 'check', name: string, run: (typeof runs)[number]): unknown[] => [
      repo,
      `${kind === 'run' ? kind : name}-${key}`,
      kind === 'run' || name === TRUTHS.gate.name ? run.attempt : 1,
      kind,
      name,
      'pull_request',
      sha,
      key,
      run.startedAt,
      run.finishedAt,
      run.result,
      'github',
    ];
    // Its commit was rewritten before the change was: the change does not know it.
    const push = ({ startedAt, finishedAt, result }: (typeof runs)[number]): unknown[] => [
      repo,
      `push-${key}`,
      1,
      'run',
      'ci',
      'push',
      `${change.sha.slice(2)}00`,
      null,
      startedAt,
      finishedAt,
      result,
      'github', // prettier-ignore
    ];
    return [
      ...broken.map(push),
      ...runs.map((run) => row('run', 'ci', run)),
      ...(last ? [row('check', 'test', last)] : []),
      ...gate.map((run) => row('check', TRUTHS.gate.name, run)),
    ];
  });
  return table(
    'build',
    'repo_id external_id attempt kind name event sha change_key started_at finished_at result source',
    builds
  );
}
