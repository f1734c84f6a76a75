// Generated from the folders beside this file by: npm run generate
import type { Connector } from '../connector.ts';
import { connector as git } from './git/index.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each connector has a section of its own type
export const connectors: ReadonlyArray<Connector<any>> = [
  git,
];
