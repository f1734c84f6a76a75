import { prepareDemo } from '../demo/demo.ts';
import { progressOn } from '../terminal/progress.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { print } from '../terminal/print.ts';

/** `throughline demo`: a store with the demo organisation, derived and ready for panels. */
export async function demo(options: CommonOptions): Promise<number> {
  const session = await openSession(options, { isDemo: true });
  try {
    const line = progressOn(process.stderr).start('Demo organisation');
    const { rows } = await prepareDemo(session.pool, {
      onProgress: (step, done, total) => line.update(done, total, `steps, now ${step}`),
    });
    line.done(rows > 0 ? `${rows.toLocaleString('en')} rows loaded and derived` : 'it was there already');
    const { host, port, database, reader } = session.store;
    print(`Store: ${host}:${String(port)}/${database}, role ${reader.user}\n`);
    const home = options.home === '.throughline' ? '' : ` --home ${options.home}`;
    print(
      [
        'Next:',
        `  npm run -s query -- cycle-time-by-usage${home}`,
        `  npm run build && npm run grafana -- --grafana /usr/share/grafana${home}`,
        '  npm start -- --repo PATH_OR_URL        your own instead',
        '',
      ].join('\n')
    );
    return 0;
  } finally {
    await session.close();
  }
}
