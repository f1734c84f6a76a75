// As in the collector, for what needs both workspaces.
import collector from '../collector/jest.config.mjs';

export default {
  ...collector,
  roots: ['<rootDir>'],
  globalTeardown: '<rootDir>/../collector/testing/teardown.ts',
};
