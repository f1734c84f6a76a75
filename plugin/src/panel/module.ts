import { FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { IntervalPanel } from './IntervalPanel.tsx';
import { addOptions } from './option-fields.ts';
import type { IntervalOptions } from './options.ts';
import pluginJson from './plugin.json';
import { suggest } from './suggest.ts';

await initPluginTranslations(pluginJson.id);

export const plugin = new PanelPlugin<IntervalOptions>(IntervalPanel)
  .useFieldConfig({ disableStandardOptions: [FieldConfigProperty.Thresholds, FieldConfigProperty.Color] })
  .setPanelOptions(addOptions)
  .setSuggestionsSupplier(suggest);
