/** What the hook writes, with real git and every shell that is here. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import {
  CLAUDE,
  CLAUDE_TRAILER,
  CODEX,
  CODEX_TRAILER,
  newPerson,
  newWork,
  type Person,
  type Work,
} from './fixtures/repository.ts';
import { install, type Way } from './install.ts';
import { placeOfRepository } from './place.ts';

let ana: Person;
let shop: Work;
const begin = (way: Way = 'trailer'): void => {
  shop.commit(['-m', 'First']);
  install(placeOfRepository(shop.folder), way);
};
beforeEach(() => {
  ana = newPerson();
  shop = newWork(ana);
});
afterEach(() => ana.remove());

const shells = ['dash', 'bash', 'busybox', 'ksh', 'zsh'].flatMap((name) => {
  const found = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? [] : [{ name, found }];
});

describe.each(shells)('under $name', ({ name, found }) => {
  it('writes the session of each tool that tells one, and nothing for a person', () => {
    begin();
    mkdirSync(ana.at('bin'));
    symlinkSync(found, ana.at('bin', 'sh'));
    if (name === 'busybox') rmSync(ana.at('bin', 'sh'));
    if (name === 'busybox') writeFileSync(ana.at('bin', 'sh'), `#!/bin/sh\nexec ${found} sh "$@"\n`, { mode: 0o755 });
    const PATH = `${ana.at('bin')}:${ana.env['PATH'] ?? ''}`;
    expect(shop.commit(['-m', 'By hand'], { PATH })).toBe('By hand');
    expect(shop.commit(['-m', 'feat: x'], { ...CLAUDE, PATH })).toBe(`feat: x\n\n${CLAUDE_TRAILER}`);
    expect(shop.commit(['-m', 'feat: y', '-m', 'Body.'], { ...CODEX, PATH })).toBe(
      `feat: y\n\nBody.\n\n${CODEX_TRAILER}`
    );
    expect(shop.commit(['-m', 'z'], { COPILOT_AGENT_SESSION_ID: 'c-1', COPILOT_CLI: '1', PATH })).toBe(
      'z\n\nAI-Session: copilot-cli/c-1'
    );
    // One that runs another: both were there.
    expect(shop.commit(['-m', 'n'], { ...CLAUDE, ...CODEX, PATH })).toBe(`n\n\n${CLAUDE_TRAILER}\n${CODEX_TRAILER}`);
  });
});

it('writes none for tools that tell no session', () => {
  begin();
  for (const env of [
    { GEMINI_CLI: '1' },
    { CURSOR_AGENT: '1' },
    { CLAUDECODE: '1' },
    { COPILOT_CLI: '1' },
    { CODEX_SANDBOX: 'seatbelt' },
  ]) {
    expect(shop.commit(['-m', 'x'], env as Record<string, string>)).toBe('x');
  }
  // The variable alone is no session of what runs: something else set it.
  expect(shop.commit(['-m', 'x'], { CLAUDE_CODE_SESSION_ID: 'x' })).toBe('x');
});

it('takes nothing but an id for one', () => {
  begin();
  const none = [
    '',
    ' ',
    'a b',
    '/home/ana/x',
    'ana@acme.io',
    'a\nb',
    '$(id)',
    'é',
    "a'b",
    'x'.repeat(101),
    'a/b',
    '`id`',
  ];
  for (const id of none) {
    shop.git(['commit', '-q', '--allow-empty', '-m', 'x'], {
      ...CLAUDE,
      CLAUDE_CODE_SESSION_ID: id,
      CODEX_THREAD_ID: id,
    });
  }
  expect(
    new Set(
      shop
        .git(['log', '-12', '--format=%B%x00'])
        .split('\0')
        .map((text) => text.trim())
    )
  ).toEqual(new Set(['x', '']));
});

it('writes none for a session that has ended', () => {
  begin();
  const ended = String(spawnSync('true').pid);
  expect(shop.commit(['-m', 'x'], { ...CLAUDE, CLAUDE_PID: ended })).toBe('x');
  // A sandbox has numbers of its own.
  expect(shop.commit(['-m', 'x'], { ...CLAUDE, CLAUDE_PID: ended, SANDBOX_RUNTIME: '1' })).toContain(CLAUDE_TRAILER);
  expect(shop.commit(['-m', 'x'], { ...CLAUDE, CLAUDE_PID: String(process.pid) })).toContain(CLAUDE_TRAILER);
});

it('writes it once, however often the commit is amended; other words alone are not its work', () => {
  begin();
  shop.commit(['-m', 'By hand']);
  shop.git(['commit', '-q', '--amend', '-m', 'By hand, other words', '--allow-empty'], {});
  shop.git(['commit', '-q', '--amend', '--no-edit'], CLAUDE);
  expect(shop.message()).toBe('By hand, other words');
  expect(shop.commit(['--amend', '--no-edit'], CLAUDE)).toBe(`By hand, other words\n\n${CLAUDE_TRAILER}`);
  expect(shop.commit(['--amend', '--no-edit'], CLAUDE)).toBe(`By hand, other words\n\n${CLAUDE_TRAILER}`);
  expect(shop.commit(['--amend', '--no-edit'], CODEX)).toBe(
    `By hand, other words\n\n${CLAUDE_TRAILER}\n${CODEX_TRAILER}`
  );
  // A person who goes on keeps what is there.
  expect(shop.commit(['--amend', '--no-edit'])).toBe(`By hand, other words\n\n${CLAUDE_TRAILER}\n${CODEX_TRAILER}`);
});

it('leaves alone what a session replays, picks or merges, and marks what it reverts', () => {
  begin();
  shop.git(['switch', '-qc', 'feature']);
  shop.write('b.txt', '1\n');
  shop.git(['add', '.']);
  shop.git(['commit', '-qm', 'Theirs']);
  shop.git(['switch', '-q', 'main']);
  shop.commit(['-m', 'Mine']);
  shop.git(['rebase', '-q', 'main', 'feature'], CLAUDE);
  expect(shop.message('feature')).toBe('Theirs');
  shop.git(['switch', '-q', 'main']);
  shop.git(['merge', '-q', '--no-ff', '-m', 'Merge it', 'feature'], CLAUDE);
  expect(shop.message()).toBe('Merge it');
  shop.git(['reset', '-q', '--hard', 'HEAD^']);
  shop.git(['cherry-pick', 'feature'], CLAUDE);
  expect(shop.message()).toBe('Theirs');
  shop.git(['reset', '-q', '--hard', 'HEAD^']);
  shop.git(['merge', '-q', '--squash', 'feature'], CLAUDE);
  shop.git(['commit', '-qm', 'Squashed'], CLAUDE);
  expect(shop.message()).toBe('Squashed');
  shop.git(['revert', '--no-edit', 'HEAD'], CLAUDE);
  expect(shop.message()).toContain(CLAUDE_TRAILER);
});

it('leaves alone what a session picks against a conflict', () => {
  begin();
  shop.git(['switch', '-qc', 'feature']);
  shop.commit(['-m', 'Theirs']);
  shop.git(['switch', '-q', 'main']);
  shop.commit(['-m', 'Mine']);
  for (const how of [['cherry-pick'], ['rebase', 'main']]) {
    if (how[0] === 'rebase') shop.git(['switch', '-q', 'feature']);
    shop.tryGit([...how, ...(how[0] === 'rebase' ? [] : ['feature'])], CLAUDE);
    shop.write('a.txt', `solved by ${how[0] ?? ''}\n`);
    shop.git(['add', '.']);
    shop.git([how[0] ?? '', '--continue'], CLAUDE);
    expect(shop.message()).toBe('Theirs');
  }
});

it('is kept by squashes, fixups and reworded commits', () => {
  begin();
  shop.commit(['-m', 'One'], CLAUDE);
  shop.commit(['--fixup', 'HEAD'], CODEX);
  shop.git(['rebase', '-q', '-i', '--autosquash', 'HEAD~2'], { GIT_SEQUENCE_EDITOR: 'true' });
  expect(shop.message()).toBe(`One\n\n${CLAUDE_TRAILER}`);
  shop.commit(['-m', 'Two'], CODEX);
  shop.git(['rebase', '-q', '-i', 'HEAD~2'], { GIT_SEQUENCE_EDITOR: "sed -i.bak '2s/pick/squash/'" });
  expect(shop.message()).toBe(`One\n\n${CLAUDE_TRAILER}\n\nTwo\n\n${CODEX_TRAILER}`);
});

describe('messages', () => {
  /** An editor that leaves the text as it is and keeps what it saw. */
  const editor = (): string => {
    writeFileSync(ana.at('editor'), `#!/bin/sh\ncp "$1" '${ana.at('seen')}'\n`, { mode: 0o755 });
    return ana.at('editor');
  };

  it.each([
    { what: 'a plain one', args: [], config: [] },
    { what: 'with the diff below it', args: ['-v'], config: [] },
    { what: 'with another comment sign', args: ['-v'], config: ['-c', 'core.commentChar=;'] },
    { what: 'with a comment sign that git chooses', args: ['-v'], config: ['-c', 'core.commentChar=auto'] },
    { what: 'kept as it is', args: ['--cleanup=whitespace'], config: ['-c', 'core.commentChar=;'] },
  ])('$what, in an editor', ({ args, config }) => {
    begin();
    shop.write('a.txt', 'edited\n');
    shop.git([...config, 'commit', '-a', '-q', ...args, '-e', '-m', 'feat: x', '-m', 'Body.'], {
      ...CLAUDE,
      GIT_EDITOR: editor(),
    });
    expect(readFileSync(ana.at('seen'), 'utf8')).toContain(CLAUDE_TRAILER);
    expect(shop.message().split('\n').slice(0, 5).join('\n')).toBe(`feat: x\n\nBody.\n\n${CLAUDE_TRAILER}`);
  });

  it('are read as git reads them, and end with it', () => {
    begin();
    const given = {
      'feat: x\n\nSigned-off-by: Ana <ana@acme.io>': `feat: x\n\nSigned-off-by: Ana <ana@acme.io>\n${CLAUDE_TRAILER}`,
      'x\n\n---\nafter a rule': `x\n\n---\nafter a rule\n\n${CLAUDE_TRAILER}`,
      '#12 first\n\n# not a comment': `#12 first\n\n# not a comment\n\n${CLAUDE_TRAILER}`,
      '日本語 ✓': `日本語 ✓\n\n${CLAUDE_TRAILER}`,
      [`x\n\n${CLAUDE_TRAILER}`]: `x\n\n${CLAUDE_TRAILER}`,
    };
    for (const [text, expected] of Object.entries(given)) {
      writeFileSync(ana.at('message'), text);
      expect(shop.commit(['--cleanup=verbatim', '-F', ana.at('message')], CLAUDE)).toBe(expected);
      expect(shop.commit(['-m', text], CLAUDE)).toBe(expected);
    }
  });

  it('stays empty where nobody wrote one, so that git gives the commit up', () => {
    begin();
    shop.write('a.txt', 'x\n');
    expect(shop.tryGit(['commit', '-qa'], CLAUDE)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('empty commit message') as string,
    });
  });

  it('gets no trailer of the configuration along', () => {
    begin();
    shop.git(['config', 'trailer.sign.key', 'Evil']);
    shop.git(['config', 'trailer.sign.command', 'echo evil']);
    shop.git(['config', 'trailer.separators', '=']);
    expect(shop.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
  });

  it('gets it past --no-verify', () => {
    begin();
    expect(shop.commit(['--no-verify', '-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
  });
});

describe('what goes wrong stops no commit', () => {
  it('the script is gone, is broken, or git lacks what it calls', () => {
    begin();
    const script = path.join(shop.folder, '.git/hooks/throughline-session');
    const text = readFileSync(script, 'utf8');
    writeFileSync(script, 'exit 7\n');
    expect(shop.commit(['-m', 'x'], CLAUDE)).toBe('x');
    rmSync(script);
    expect(shop.commit(['-m', 'y'], CLAUDE)).toBe('y');
    writeFileSync(script, text.replaceAll('interpret-trailers', 'no-such-command'));
    expect(shop.commit(['-m', 'z'], CLAUDE)).toBe('z');
  });

  it('without a session it starts nothing', () => {
    const script = path.join(import.meta.dirname, 'throughline-session.sh');
    const done = spawnSync('/bin/sh', [script, 'prepare-commit-msg', '.git/COMMIT_EDITMSG', 'message'], {
      env: { PATH: '/nowhere' },
      encoding: 'utf8',
    });
    expect(done).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});

describe('in a note', () => {
  const noteOf = (revision = 'HEAD'): string =>
    shop.tryGit(['notes', '--ref=ai-session', 'show', revision]).stdout.trim();

  it('it stands beside the message, also of one that was written in an editor', () => {
    begin('note');
    expect(shop.commit(['-m', 'By hand'])).toBe('By hand');
    expect(noteOf()).toBe('');
    expect(shop.commit(['-m', 'x'], { ...CLAUDE, ...CODEX })).toBe('x');
    expect(noteOf()).toBe(`${CLAUDE_TRAILER}\n${CODEX_TRAILER}`);
    writeFileSync(ana.at('editor'), '#!/bin/sh\necho edited >"$1"\n', { mode: 0o755 });
    expect(shop.commit([], { ...CLAUDE, GIT_EDITOR: ana.at('editor') })).toBe('edited');
    expect(noteOf()).toBe(CLAUDE_TRAILER);
  });

  it('a commit that was given up leaves nothing for the next one, nor does what is replayed', () => {
    begin('note');
    shop.write('a.txt', 'x\n');
    expect(shop.tryGit(['commit', '-qa'], CLAUDE).code).toBe(1);
    shop.commit(['-m', 'By hand']);
    expect(noteOf()).toBe('');
    shop.git(['switch', '-qc', 'feature', 'HEAD^']);
    shop.write('b.txt', 'x\n');
    shop.git(['add', '.']);
    shop.git(['commit', '-qm', 'Theirs']);
    shop.git(['rebase', '-q', 'main'], CLAUDE);
    expect([shop.message(), noteOf()]).toEqual(['Theirs', '']);
  });
});
