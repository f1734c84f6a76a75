import type { DataSourceSettings } from '@grafana/data';
import type { ThroughlineJson } from '../state/metric-source.ts';
import { SettingsError, readSettings, readTeams, type DataSourceJson, type DataSourceSecrets } from '../../settings.ts';

/** Settings of a data source as Grafana hands them to the editor. */
export type Options = DataSourceSettings<ThroughlineJson, DataSourceSecrets>;
export type SettingName = keyof DataSourceJson;

/** Sets one setting; undefined takes it out, so that the default applies. A number that is none stays as typed, to be named. */
export function withSetting(options: Options, name: SettingName, value: string | number | undefined): Options {
  const others = Object.entries(options.jsonData).filter(([other]) => other !== name);
  return { ...options, jsonData: Object.fromEntries(value === undefined ? others : [...others, [name, value]]) };
}

/** What is wrong with one setting, or undefined. An empty host is only wrong once somebody emptied it. */
export function settingFault(json: DataSourceJson, name: SettingName): string | undefined {
  if (name === 'host' && json.host === undefined) {
    return undefined;
  }
  try {
    readSettings({ host: 'localhost', [name]: json[name] });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message;
    }
    throw error;
  }
}

/** Sets a secret that is about to be saved, beside others. */
export function withSecret(options: Options, name: keyof DataSourceSecrets, value: string): Options {
  return { ...options, secureJsonData: { ...options.secureJsonData, [name]: value } };
}

/** Forgets a saved secret: both halves, or Grafana keeps the old one. */
export function withoutSecret(options: Options, name: keyof DataSourceSecrets): Options {
  return {
    ...options,
    secureJsonFields: { ...options.secureJsonFields, [name]: false },
    secureJsonData: { ...options.secureJsonData, [name]: '' },
  };
}

/** What is wrong with the teams that are about to be saved, or undefined. */
export function teamsFault({ secureJsonData }: Options): string | undefined {
  try {
    readTeams(secureJsonData?.teams);
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message;
    }
    throw error;
  }
}
