import { testDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { doorsInWords } from './doors.ts';
import { receiversOf } from './receivers.ts';

/** Connectors that receive pushes, but for some. */
const receiving = (...but: readonly string[]): string =>
  connectors.filter(({ id, pushes = [] }) => pushes.length > 0 && !but.includes(id)).map(({ id }) => id).join(', '); // prettier-ignore

test('whoever starts the collector reads which pushes are received, and why the others are not', async () => {
  const db = await testDatabase();
  const said = async (given: object): Promise<string> => {
    const config = configSchema.parse(given);
    return doorsInWords(config, receiversOf(config));
  };
  expect(await said({})).toBe(`No pushes are received; not: ${receiving()} (no such section in throughline.yaml).`);
  expect(receiving()).toContain('pagerduty');
  const some = { ingest: { tokens: ['a-token-of-ours'] }, github: { token: 'another-one', owners: ['acme'] }, alertmanager: { tokens: ['a-token-of-ours'] } }; // prettier-ignore
  expect(await said(some)).toBe(
    'Pushes are received on /push/alertmanager/webhook, /ingest/deploy, /ingest/incident, /ingest/change, /ingest/review, /ingest/build, /ingest/tool-event; ' +
      `not: ${receiving('alertmanager', 'github', 'ingest')} (no such section in throughline.yaml); github (no secret for it in its section).`
  );
  await db.close();
});
