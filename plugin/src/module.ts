import { DataSourcePlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { DataSource } from './datasource.ts';
import { ConfigEditor } from './editor/config/ConfigEditor.tsx';
import { QueryEditor } from './editor/query/QueryEditor.tsx';
import type { ThroughlineJson } from './editor/state/metric-source.ts';
import { QueryHelp } from './editor/query/QueryHelp.tsx';
import type { ThroughlineQuery } from './editor/state/types.ts';
import pluginJson from './plugin.json';
import type { DataSourceSecrets } from './settings.ts';

await initPluginTranslations(pluginJson.id);

export const plugin = new DataSourcePlugin<DataSource, ThroughlineQuery, ThroughlineJson, DataSourceSecrets>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
