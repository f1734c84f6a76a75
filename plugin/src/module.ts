import { DataSourcePlugin } from '@grafana/data';
import { DataSource, type ThroughlineJson } from './datasource.ts';
import { ConfigEditor } from './editor/ConfigEditor.tsx';
import { QueryEditor } from './editor/QueryEditor.tsx';
import { QueryHelp } from './editor/QueryHelp.tsx';
import type { ThroughlineQuery } from './editor/types.ts';
import type { DataSourceSecrets } from './settings.ts';

export const plugin = new DataSourcePlugin<DataSource, ThroughlineQuery, ThroughlineJson, DataSourceSecrets>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
