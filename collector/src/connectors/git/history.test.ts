import fc from 'fast-check';
import { cpuMsOf } from '../../../testing/cpu.ts';
import { ana, bo, forge, TestRepository, type CommitStory } from './fixtures/make-repository.ts';
import { live, pagesOf, rowsOf, stored, type Rows } from './fixtures/read-stream.ts';

const made: TestRepository[] = [];
const repository = (): TestRepository => {
  const repo = new TestRepository();
  made.push(repo);
  return repo;
};
afterAll(() => made.forEach((repo) => repo.remove()));

const read = async (repo: TestRepository): Promise<Rows> =>
  stored(await pagesOf('history', { path: repo.save().folder }));
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const changes = (rows: Rows): Record<string, Record<string, unknown>> =>
  Object.fromEntries(rowsOf(rows, 'change').map((row) => [text(row['change_key']), row]));
const agent = { name: 'copilot-swe-agent[bot]', email: '198982749+Copilot@users.noreply.github.com' };
const pull = (number: number, branch: string, title = `Title ${String(number)}`): string =>
  `Merge pull request #${String(number)} from acme/${branch}\n\n${title}\n`;

describe('changes', () => {
  it('takes a merged request from its merge: title, branch and the author of its commits, not who merged it', async () => {
    const repo = repository()
      .commit('main', { at: 1_700_000_000 })
      .commit('feat/cart', { from: 'main', author: bo, at: 1_700_001_000, authoredAt: 1_699_990_000 })
      .commit('feat/cart', { author: bo, at: 1_700_002_000 })
      .commit('feat/cart', { author: ana, at: 1_700_003_000 })
      .commit('main', {
        merge: ['feat/cart'],
        message: pull(7, 'feat/cart', 'feat: cart'),
        author: ana,
        committer: forge,
        at: 1_700_010_000,
      });
    repo.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    const rows = await read(repo);
    const [merge, head] = [repo.sha('main'), repo.sha('feat/cart')];
    expect(changes(rows)['7']).toMatchObject({
      kind: 'merge',
      title: 'feat: cart',
      branch: 'feat/cart',
      author_account_id: 'git:bo@acme.io',
      requester_account_id: null,
      first_commit_at: new Date(1_699_990_000_000),
      merged_at: new Date(1_700_010_000_000),
      merge_sha: merge,
      head_sha: head,
      web_url: 'https://github.com/acme/shop/pull/7',
    });
    const commits = rowsOf(rows, 'git_commit').filter((row) => row['change_key'] === '7');
    expect(commits).toHaveLength(4);
    for (const commit of commits)
      expect(commit).toMatchObject({ is_on_default: true, reached_at: new Date(1_700_010_000_000) });
    expect(rowsOf(rows, 'repo')).toMatchObject([
      { slug: 'acme/shop', default_branch: 'main', known_from: null, web_url: 'https://github.com/acme/shop' },
    ]);
  });

  const batch = 'Merge #1 #2\n\n1: Add totals r=ana a=ana\n\n2: Add exports r=bo a=bo';
  it('takes each request of a batch with the commits of its own parent', async () => {
    const repo = repository()
      .commit('main')
      .commit('totals', { from: 'main', author: ana })
      .commit('exports', { from: 'main', author: bo })
      .commit('exports', { author: bo })
      .commit('main', { merge: ['totals', 'exports'], message: batch, author: ana });
    const rows = await read(repo);
    expect(changes(rows)).toMatchObject({
      1: { title: 'Add totals', author_account_id: 'git:ana@acme.io', head_sha: repo.sha('totals') },
      2: { title: 'Add exports', author_account_id: 'git:bo@acme.io', head_sha: repo.sha('exports') },
    });
    const own = (key: string): unknown[] =>
      rowsOf(rows, 'git_commit').flatMap((row) => (row['change_key'] === key ? row['sha'] : []));
    expect(own('2').sort()).toEqual([repo.sha('exports'), repo.sha('exports~1')].sort());
    expect(own('1').sort()).toEqual([repo.sha('totals'), repo.sha('main')].sort());
  });

  it('takes a batch whose requests have no parent each for one change', async () => {
    const repo = repository()
      .commit('main')
      .commit('staging', { from: 'main', author: bo })
      .commit('main', { merge: ['staging'], message: batch });
    const found = changes(await read(repo));
    expect(Object.keys(found)).toContain('1');
    expect(Object.keys(found)).not.toContain('2');
  });

  it('takes squashed and direct commits as they are', async () => {
    const repo = repository()
      .commit('main', { message: 'Start\n\nbody' })
      .commit('main', { message: 'Add totals (#12)\n\n* one\n', committer: forge });
    const rows = await read(repo);
    expect(changes(rows)['12']).toMatchObject({
      kind: 'squash',
      title: 'Add totals',
      head_sha: null,
      merge_sha: repo.sha('main'),
    });
    expect(changes(rows)[repo.sha('main~1')]).toMatchObject({ kind: 'direct', title: 'Start', web_url: null });
  });

  it('joins neighbours with one number, and only neighbours', async () => {
    const message = (text: string): CommitStory => ({ message: `${text} (#5)\n` });
    const repo = repository()
      .commit('main')
      .commit('main', message('One'))
      .commit('main', { ...message('Two'), author: bo })
      .commit('main')
      .commit('main', message('Picked again'));
    const found = changes(await read(repo));
    expect(found['5']).toMatchObject({ title: 'One', merge_sha: repo.sha('main~2') });
    expect(found[repo.sha('main')]).toMatchObject({ kind: 'squash', title: 'Picked again' });
    expect(Object.keys(found)).toHaveLength(4);
  });

  it('finds requests behind other merges: release branches, and pulls of the default branch', async () => {
    const repo = repository()
      .commit('main')
      .commit('develop', { from: 'main' })
      .commit('topic', { from: 'develop', author: bo })
      .commit('develop', { merge: ['topic'], message: pull(3, 'topic') })
      .commit('develop', { message: 'Fixes a crash (#99)' })
      .commit('develop', { message: 'Squashed by the forge (#4)', committer: forge })
      .commit('main', { merge: ['develop'], message: "Merge branch 'develop'\n", at: 1_710_000_000 })
      .commit('other', { from: 'main', author: bo, message: 'Direct by somebody else' })
      .commit('main')
      .commit('main', {
        merge: ['other'],
        message: "Merge branch 'main' of github.com:acme/shop\n",
        at: 1_710_100_000,
      });
    const rows = await read(repo);
    const found = changes(rows);
    expect(found['3']).toMatchObject({
      author_account_id: 'git:bo@acme.io',
      merged_at: new Date(1_710_000_000_000),
      merge_sha: repo.sha('main~2'),
    });
    expect(found['4']).toMatchObject({ kind: 'squash' });
    // On a side branch (#99) may be an issue: it stays with the merge that brought it.
    expect(found['99']).toBeUndefined();
    expect(found[repo.sha('other')]).toMatchObject({ kind: 'direct', merged_at: new Date(1_710_003_600_000) });
    expect(rowsOf(rows, 'git_commit').every((row) => row['change_key'] !== undefined)).toBe(true);
  });

  it('names the human behind an agent: co-author, else a human of the branch, else who merged it', async () => {
    const repo = repository()
      .commit('main')
      .commit('a', { from: 'main', author: agent, message: 'One\n\nCo-authored-by: Bo <bo@acme.io>\n' })
      .commit('main', { merge: ['a'], message: pull(1, 'a') })
      .commit('b', { from: 'main', author: agent, committer: forge })
      .commit('main', { merge: ['b'], message: pull(2, 'copilot/b'), author: ana, committer: forge });
    const rows = await read(repo);
    const agentId = `git:${agent.email.toLowerCase()}`;
    expect(changes(rows)['1']).toMatchObject({ author_account_id: agentId, requester_account_id: 'git:bo@acme.io' });
    expect(changes(rows)['2']).toMatchObject({
      author_account_id: agentId,
      requester_account_id: 'git:ana@acme.io',
      branch: 'copilot/b',
    });
    expect(rowsOf(rows, 'account')).toContainEqual(
      expect.objectContaining({ email: agent.email.toLowerCase(), kind: 'ai_agent' })
    );
    const marks = rowsOf(rows, 'commit_mark').filter((row) => row['sha'] === repo.sha('b'));
    expect(marks.map((row) => row['kind']).sort()).toEqual(['author', 'branch']);
  });
});

describe('reverts', () => {
  const reverts = (rows: Rows): string[] =>
    rowsOf(rows, 'revert')
      .map(
        (row) =>
          `${text(row['change_key'])} by ${text(row['revert_change_key'])} ${text(row['method'])}${row['is_reapplied'] ? ' reapplied' : ''}`
      )
      .sort();

  it('are found by sha, full or short, by number and by title', async () => {
    const repo = repository()
      .commit('main')
      .commit('main', { message: 'A (#1)' })
      .commit('main', { message: 'B (#2)' })
      .commit('main', { message: 'C (#3)' })
      .commit('main', { message: 'D (#4)' });
    const [a, b] = [repo.sha('main~3'), repo.sha('main~2').slice(0, 9)];
    repo
      .commit('main', { message: `Undo (#5)\n\nThis reverts commit ${a}.\n` })
      .commit('main', { message: `Undo (#6)\n\nThis reverts commit ${b}, reversing\n` })
      .commit('main', { message: 'Revert "C" (#7)\n\nReverts acme/shop#3\n' })
      .commit('main', { message: 'Revert "D" (#8)\n' });
    expect(reverts(await read(repo))).toEqual([
      '1 by 5 commit_text',
      '2 by 6 commit_text',
      '3 by 7 platform',
      '4 by 8 title',
    ]);
  });

  it('by title need one candidate within 90 days', async () => {
    const day = 86_400;
    const repo = repository()
      .commit('main', { message: 'Old (#1)', at: 1_700_000_000 })
      .commit('main', { message: 'Twice (#2)' })
      .commit('main', { message: 'Twice (#3)' })
      .commit('main', { message: 'Revert "Twice" (#4)' })
      .commit('main', { message: 'Revert "Old" (#5)', at: 1_700_000_000 + 91 * day });
    expect(reverts(await read(repo))).toEqual([]);
  });

  it('behind a conventional type are found by the quoted number, else by the title', async () => {
    const repo = repository()
      .commit('main', { message: 'docs: remove  a link (#1)' })
      .commit('main', { message: 'refactor: use `fs.cpSync` (#2)' })
      .commit('main', { message: 'fix(server): drain stdin (#3)' })
      .commit('main', { message: 'feat: a (#4)' })
      .commit('main', { message: 'feat: b (#5)' })
      .commit('main', { message: 'chore: c (#6)' })
      .commit('main', { message: 'docs: revert "docs: `remove` a link" (#11)' })
      .commit('main', { message: 'fix: revert "refactor: use fs.cpSync (#2)" (#12)' })
      .commit('main', { message: 'revert(server): drain stdin (#13)' })
      .commit('main', { message: 'Revert feat: A, reworded (#4) (#14)' })
      .commit('main', { message: 'fix: revert, "feat: b (#5)"' })
      .commit('main', { message: 'Revert: chore: c (#16)' })
      .commit('main', { message: 'fix(deps): revert b to 2.1.0 (#17)' });
    const direct = repo.sha('main~2');
    expect(reverts(await read(repo))).toEqual([
      '1 by 11 title',
      '2 by 12 title',
      '3 by 13 title',
      '4 by 14 title',
      `5 by ${direct} title`,
      '6 by 16 title',
    ]);
  });

  it('by title without its type need one candidate too', async () => {
    const repo = repository()
      .commit('main', { message: 'fix(a): typo (#1)' })
      .commit('main', { message: 'docs(a): typo (#2)' })
      .commit('main', { message: 'revert(a): typo (#3)' });
    expect(reverts(await read(repo))).toEqual([]);
  });

  it('of reverts re-apply; the first revert still counts', async () => {
    const repo = repository()
      .commit('main', { message: 'A (#1)' })
      .commit('main', { message: 'Revert "A" (#2)' })
      .commit('main', { message: 'Reapply "A" (#3)' });
    expect(reverts(await read(repo))).toEqual(['1 by 2 title reapplied', '2 by 3 title']);
  });

  it('reach back behind an earlier pass', async () => {
    const repo = repository()
      .commit('main')
      .commit('side', { from: 'main' })
      .commit('main', { merge: ['side'], message: pull(1, 'side') });
    const before = await pagesOf('history', { path: repo.save().folder });
    repo.commit('main', { message: `Back out (#2)\n\nThis reverts commit ${repo.sha('side')}.\n` });
    const after = await pagesOf('history', { path: repo.save().folder }, { cursor: before.at(-1)?.cursor });
    expect(reverts(stored(after))).toEqual(['1 by 2 commit_text']);
    expect(rowsOf(stored(after), 'git_commit')).toHaveLength(1);
  });
});

describe('odd histories', () => {
  it('reads octopus merges, several roots, empty commits and empty messages', async () => {
    const repo = repository()
      .commit('main', { message: '' })
      .commit('a', { from: 'main' })
      .commit('b', { from: 'main' })
      .commit('root', { from: null, message: '   \n\n' })
      .commit('main', { merge: ['a', 'b', 'root'], message: 'Octopus' });
    const rows = await read(repo);
    expect(rowsOf(rows, 'git_commit')).toHaveLength(5);
    expect(rowsOf(rows, 'git_commit').filter((row) => row['change_key'] === repo.sha('main'))).toHaveLength(4);
    expect(changes(rows)[repo.sha('main~1')]).toMatchObject({ title: '(no message)' });
  });

  it('reads names and messages that are not UTF-8, with and without a named encoding', async () => {
    const name = Buffer.from('Jos\xe9', 'latin1').toString('latin1');
    const repo = repository()
      .commit('main', { author: { name, email: 'jose@acme.io' }, message: Buffer.from('Caf\xe9', 'latin1') })
      .commit('main', {
        author: { name, email: 'jose@acme.io' },
        message: Buffer.from('Na\xefve', 'latin1'),
        encoding: 'ISO-8859-1',
      });
    const rows = await read(repo);
    expect(rowsOf(rows, 'account')).toMatchObject([{ display_name: 'José' }]);
    expect(rowsOf(rows, 'git_commit').map((row) => row['subject'])).toEqual(['Café', 'Naïve']);
  });

  it('keeps the order of commits whatever the clocks say, and survives impossible times and zones', async () => {
    const repo = repository()
      .commit('main', { at: 1_800_000_000, zone: '+1400' })
      .commit('main', { at: 1_000_000_000, zone: '-1200' })
      .commit('main', { at: 1_000_000_100, authoredAt: 999_999_999_999_999, zone: '+9959' });
    const rows = await read(repo);
    const times = rowsOf(rows, 'git_commit').map((row) => (row['committed_at'] as Date).getTime() / 1000);
    expect(times).toEqual([1_800_000_000, 1_000_000_000, 1_000_000_100]);
    expect(rowsOf(rows, 'git_commit').at(-1)?.['authored_at']).toEqual(new Date(1_000_000_100_000));
  });

  it('takes huge messages in its stride and an author without address as unknown', async () => {
    const message = `Big\n\n${'word '.repeat(1_000_000)}\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n`;
    const repo = repository().commit('main', { message, author: { name: 'Nobody', email: '' } });
    const rows = await read(repo);
    expect(rowsOf(rows, 'commit_mark')).toMatchObject([{ tool_id: 'claude-code', kind: 'co_author' }]);
    expect(rowsOf(rows, 'change')).toMatchObject([{ author_account_id: null }]);
    expect(rowsOf(rows, 'account')).toEqual([]);
  });

  it('knows where a shallow clone begins, and reads again when it is deepened', async () => {
    const repo = repository();
    for (let n = 0; n < 6; n += 1) repo.commit('main', { message: `c${String(n)}` });
    const folder = `${repo.parent}/shallow`;
    repo.git('clone', '-q', '--depth=2', `file://${repo.folder}`, folder);
    const pages = await pagesOf('history', { path: folder, slug: 's' });
    const boundary = Number(repo.git('log', '-1', '--format=%ct', 'main~1')) * 1000;
    expect(rowsOf(stored(pages), 'repo')).toMatchObject([{ known_from: new Date(boundary) }]);
    expect(rowsOf(stored(pages), 'git_commit')).toHaveLength(2);
    repo.git('-C', folder, 'fetch', '-q', '--unshallow');
    const after = await pagesOf('history', { path: folder, slug: 's' }, { cursor: pages.at(-1)?.cursor });
    expect(rowsOf(stored(after), 'repo')).toMatchObject([{ known_from: null }]);
    expect(rowsOf(stored(after), 'git_commit')).toHaveLength(6);
  });
});

describe('later passes', () => {
  it('read nothing when nothing is new, and only what is new otherwise', async () => {
    const repo = repository().commit('main').commit('main');
    const first = await pagesOf('history', { path: repo.save().folder });
    const cursor = first.at(-1)?.cursor;
    const second = await pagesOf('history', { path: repo.folder }, { cursor });
    expect(second).toHaveLength(1);
    expect(second[0]?.rows.map(({ table }) => table)).toEqual(['repo']);
    expect(second[0]?.watermark).toBeInstanceOf(Date);
    repo.commit('main').save();
    expect(rowsOf(stored(await pagesOf('history', { path: repo.folder }, { cursor })), 'git_commit')).toHaveLength(1);
  });

  it('withdraw what a force push took away', async () => {
    const repo = repository()
      .commit('main', { message: 'Base' })
      .commit('main', { message: 'Kept (#1)' })
      .commit('main', { message: 'Gone (#2)' })
      .commit('main', { message: 'Back (#3)' });
    const lost = repo.sha('main~1');
    const first = await pagesOf('history', { path: repo.folder });
    repo.git('update-ref', 'refs/heads/main', repo.sha('main~2'));
    repo.commit('main', { message: 'Back (#3)\n\nreworded' }).save();
    const rows = stored(
      await pagesOf('history', { path: repo.folder }, { cursor: first.at(-1)?.cursor }),
      stored(first)
    );
    expect(live(rows)).toEqual(live(await read(repo)));
    expect(changes(rows)['2']).toMatchObject({ merged_at: null, merge_sha: null });
    expect(rows.get(`git_commit ${lost}`)).toMatchObject({ is_on_default: false, change_key: lost });
  });

  it('say so when the rewritten commits are gone from the clone', async () => {
    const repo = repository().commit('main').commit('main', { message: 'Lost' });
    const first = await pagesOf('history', { path: repo.save().folder });
    const lost = repo.sha('main');
    repo.git('update-ref', 'refs/heads/main', repo.sha('main~1'));
    repo.git('-c', 'gc.reflogExpire=now', '-c', 'gc.reflogExpireUnreachable=now', 'gc', '-q', '--prune=now');
    const pages = await pagesOf('history', { path: repo.folder }, { cursor: first.at(-1)?.cursor });
    expect(pages.flatMap(({ skips = [] }) => skips)).toMatchObject([{ item: lost }]);
    expect(rowsOf(stored(pages), 'git_commit')).toHaveLength(1);
  });

  it('read everything again under other rules', async () => {
    const repo = repository().commit('main').commit('main');
    const first = await pagesOf('history', { path: repo.save().folder });
    const cursor = { ...(first.at(-1)?.cursor as object), rules: -1 };
    expect(rowsOf(stored(await pagesOf('history', { path: repo.folder }, { cursor })), 'git_commit')).toHaveLength(2);
  });

  /** One step of a random history. */
  type Step = { kind: 'direct' | 'squash' | 'merge' | 'request' | 'revert' | 'pull' | 'foxtrot' | 'force'; n: number };
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom<Step['kind']>(
      'direct',
      'squash',
      'merge',
      'request',
      'revert',
      'pull',
      'foxtrot',
      'force',
      'squash',
      'request'
    ),
    n: fc.integer({ min: 1, max: 6 }),
  });

  function play(repo: TestRepository, { kind, n }: Step, isFirst: boolean): void {
    if (isFirst || kind === 'direct') repo.commit('main', { message: `Direct ${String(n)}` });
    else if (kind === 'squash')
      repo.commit('main', { message: `Squash ${String(n)} (#${String(n)})`, author: n % 2 ? ana : bo });
    else if (kind === 'merge')
      repo.commit('side', { from: 'main' }).commit('main', { merge: ['side'], message: "Merge branch 'side'" });
    else if (kind === 'request') {
      repo.commit('topic', {
        from: 'main',
        author: bo,
        message: 'T\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n',
      });
      repo.commit('side', { from: 'main' }).commit('side', { merge: ['topic'], message: pull(n + 10, 'topic') });
      repo.commit('main', { merge: ['side'], message: pull(n, 'side') });
    } else if (kind === 'revert')
      repo.commit('main', {
        message: `Revert "Squash ${String(n)}" (#${String(n + 20)})\n\nThis reverts commit ${repo.sha('main')}.`,
      });
    else if (kind === 'pull')
      repo
        .commit('up', { from: 'main', message: `Up (#${String(n)})` })
        .commit('main')
        .commit('main', { merge: ['up'], message: "Merge branch 'main' of x:y" });
    else if (kind === 'foxtrot') {
      repo.commit('fox', { from: 'main' }).commit('main', { message: `M (#${String(n)})` });
      repo.commit('fox', { merge: ['main'], message: "Merge branch 'main' into fox" });
      repo.git('update-ref', 'refs/heads/main', repo.sha('fox'));
    } else
      repo.git(
        'update-ref',
        'refs/heads/main',
        repo
          .git('rev-list', '--first-parent', `--max-count=${String(n)}`, 'main')
          .split('\n')
          .at(-1) ?? 'main'
      );
  }

  it('give in any portions what one pass gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { minLength: 2, maxLength: 10 }), async (steps) => {
        const repo = new TestRepository();
        try {
          let rows: Rows = new Map();
          let cursor: unknown = null;
          for (const [index, [one, isCollected]] of steps.entries()) {
            play(repo, one, index === 0);
            if (isCollected || index === steps.length - 1) {
              const pages = await pagesOf('history', { path: repo.save().folder }, { cursor });
              cursor = pages.at(-1)?.cursor;
              rows = stored(pages, rows);
            }
          }
          expect(live(rows)).toEqual(live(await read(repo)));
          const reachable = repo.git('rev-list', 'main').split('\n');
          expect(rowsOf(rows, 'git_commit').filter((row) => row['is_on_default'])).toHaveLength(reachable.length);
        } finally {
          repo.remove();
        }
      }),
      { numRuns: Number(process.env['HISTORY_RUNS'] ?? 6), endOnFailure: true }
    );
  }, 600_000);

  it('are quick: thousands of commits, resumed in the middle', async () => {
    const repo = repository();
    for (let n = 1; n <= 7000; n += 1) {
      const text = `Change ${String(n)} (#${String(n)})\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n`;
      repo.commit('main', { message: text, author: n % 3 ? ana : bo });
    }
    repo.save();
    let pages: Awaited<ReturnType<typeof pagesOf>> = [];
    const ms = await cpuMsOf(async () => {
      pages = await pagesOf('history', { path: repo.folder });
    });
    // Alone it takes a second of the processor.
    expect(ms).toBeLessThan(10_000);
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.every(({ rows }) => rows.length <= 12_000)).toBe(true);
    const half = pages.slice(0, 3);
    const rest = await pagesOf('history', { path: repo.folder }, { cursor: half.at(-1)?.cursor });
    expect(live(stored(rest, stored(half)))).toEqual(live(stored(pages)));
    // Whoever looks on sees one pass that goes on: neither falls back, nor is the whole another one.
    const told = [...half, ...rest].flatMap(({ progress }) => progress ?? []);
    const done = told.map((one) => one.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(half.length)).toBeGreaterThan(done.at(half.length - 1) ?? Infinity);
    expect(new Set(told.map(({ total }) => total))).toEqual(new Set([7000]));
    // A pass that came to its end is another matter: the next one counts what is new.
    repo.commit('main').commit('main').save();
    const next = await pagesOf('history', { path: repo.folder }, { cursor: rest.at(-1)?.cursor });
    expect(next.at(-1)?.progress).toEqual({ done: 2, total: 2, unit: 'commits' });
  }, 300_000);
});
