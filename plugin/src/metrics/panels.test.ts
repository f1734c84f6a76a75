// Every visualization of every question, asked of the demo organisation as a new panel asks: it draws something, or says in a sentence what to choose.
import { CoreApp, dateTime, type DataFrame } from '@grafana/data';
import { askDemo, last } from '../backend/fixtures/ask-demo.ts';
import { shapeAnswer } from '../editor/answer/shape-answer.ts';
import { READS } from '../editor/fixtures/drawn.ts';
import { panelWith } from '../editor/fixtures/panel.ts';
import { forPanel } from '../editor/state/for-panel.ts';
import type { ParamValues } from './define.ts';
import { metrics } from './registry.generated.ts';

const ask = askDemo();
const registry = new Map(metrics.map((metric) => [metric.id, metric]));

/** A metric with each of its questions. */
const questions = metrics.flatMap((metric): Array<readonly [string, string, ParamValues]> => {
  const [name, param] = Object.entries(metric.params).find(([, { kind, ...rest }]) => kind === 'choice' && 'chooses' in rest && rest.chooses === 'question') ?? []; // prettier-ignore
  const asked = name === undefined || param?.kind !== 'choice' ? [{}] : param.choices.map(({ value }) => ({ [name]: value })); // prettier-ignore
  return asked.map((params) => [`${metric.id} ${Object.values(params).join('')}`, metric.id, params] as const);
});

/** A sentence, as words that say what is missing are. */
const SAID = /[a-z]{3,} .*[a-z]{3,}/;

const answered = new Map<string, ReturnType<typeof ask>>();

async function framesIn(pluginId: string, [, queryType, params]: (typeof questions)[number], days: number): Promise<DataFrame[]> {
  const span = last(days * 24);
  const [from, to] = [dateTime(span.from), dateTime(span.to)];
  const range = { from, to, raw: { from, to } };
  const query = { refId: 'A', queryType, params, version: 1 };
  const request = panelWith({ pluginId }).request({ app: CoreApp.PanelEditor, range, targets: [query] });
  const sent = [forPanel(query, registry.get(queryType), request)];
  // Visualizations ask for one of three formats.
  const key = JSON.stringify([sent[0], days]);
  const data = answered.get(key) ?? ask(sent[0]!, span);
  answered.set(key, data);
  return shapeAnswer({ data: await data }, { uid: 'store', name: 'Throughline', metrics: registry, request, sent }).data as DataFrame[];
} // prettier-ignore

describe.each(Object.entries(READS))('%s', (panel, reads) => {
  test.each([365, 7])('over %i days it draws every question, or says why not', async (days) => {
    const silent = [];
    for (const question of questions) {
      const frames = await framesIn(panel, question, days);
      const { isFilled, words } = reads(frames);
      if (!isFilled && !SAID.test(words)) silent.push(`${question[0]}: ${words} of ${frames.map(({ length, fields }) => `${length} ${fields.map(({ name }) => name).join(' ')}`).join(' | ')}`);
    }
    expect(silent).toEqual([]);
  }, 120_000);
}); // prettier-ignore
