import { PanelPlugin, standardEditorsRegistry } from '@grafana/data';
import { addOptions } from './option-fields.ts';
import type { IntervalOptions } from './options.ts';

beforeAll(() => {
  const editor = () => null;
  standardEditorsRegistry.setInit(() =>
    ['radio', 'number', 'text', 'field-name'].map((id) => ({ id, name: id, editor }))
  );
});

test('every option has a default that draws', () => {
  const plugin = new PanelPlugin<IntervalOptions>(() => null).setPanelOptions(addOptions);
  expect(plugin.defaults).toMatchObject({ scale: 'auto', reference: 'auto', below: '', above: '' });
});
