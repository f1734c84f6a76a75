import { CollectorError } from './errors.ts';
import { newLogger } from './logger.ts';

function logged(write: (log: ReturnType<typeof newLogger>) => void): string {
  let text = '';
  write(newLogger('debug', { write: (line: string) => void (text += line) }));
  return text;
}

test('secrets are not written, wherever they stand', () => {
  const text = logged((log) => {
    log.info(
      { url: 'postgres://a:geheim@h/d', store: { password: 'geheim' }, detail: 'at postgres://ana:geheim@db/x' },
      'store opened'
    );
    log.error({ error: new Error('connect postgres://ana:geheim@db/x failed, password=geheim') }, 'run failed');
  });
  expect(text).not.toContain('geheim');
  expect(text).toContain('***');
});

test('an error is its code, its message and who has to act', () => {
  const error = new CollectorError({
    code: 'store_gone',
    message: 'The store went away.',
    fault: 'source',
    retryable: true,
  });
  const line = JSON.parse(logged((log) => log.warn({ error, stream: 'git/history/x' }, 'run failed'))) as object;
  expect(line).toMatchObject({
    level: 'warn',
    msg: 'run failed',
    stream: 'git/history/x',
    error: { code: 'store_gone', message: 'The store went away.', fault: 'source', retryable: true },
  });
});
