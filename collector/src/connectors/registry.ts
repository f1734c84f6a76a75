/** Every connector, with its part of the configuration. Adding a connector = its folder and its line here. */
import type { Config } from '../config/schema.ts';
import type { Connector } from '../connector.ts';
import { git } from './git/index.ts';

export interface Registered {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- connectors have configurations of different types; `select` gives each its own
  readonly connector: Connector<any>;
  readonly select: (config: Config) => unknown;
  /** Scopes are repository slugs. */
  readonly isPerRepository: boolean;
}

export const connectors: readonly Registered[] = [
  { connector: git, select: ({ repositories }) => ({ repositories }), isPerRepository: true },
];
