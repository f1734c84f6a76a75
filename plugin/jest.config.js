// Two projects: pure and backend code as ES modules under Node, editors as Grafana's scaffold tests them (jsdom).
// The first needs NODE_OPTIONS=--experimental-vm-modules; `npm test` at the root sets it.
import { createRequire } from 'node:module';

process.env.TZ = 'UTC';

const require = createRequire(import.meta.url);
const scaffold = require('./.config/jest.config.js');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils.js');
const [scaffoldSwc] = Object.values(scaffold.transform);

const typescript = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } };
const pureFolders = ['backend', 'metrics', 'statistics'];

export default {
  testTimeout: 60000,
  projects: [
    {
      displayName: 'node',
      testEnvironment: 'node',
      roots: ['<rootDir>/src', '<rootDir>/scripts'],
      testMatch: [
        ...pureFolders.map((folder) => `<rootDir>/src/${folder}/**/*.test.ts`),
        '<rootDir>/scripts/**/*.test.ts',
      ],
      transform: { '^.+\\.m?[jt]s$': ['@swc/jest', typescript] },
      transformIgnorePatterns: ['/node_modules/'],
      extensionsToTreatAsEsm: ['.ts'],
      // The test database server ends with the run that used it last.
      globalTeardown: '<rootDir>/../collector/testing/teardown.ts',
    },
    {
      ...scaffold,
      displayName: 'jsdom',
      testMatch: ['<rootDir>/src/**/*.test.{ts,tsx}'],
      testPathIgnorePatterns: ['/node_modules/', ...pureFolders.map((folder) => `<rootDir>/src/${folder}/`)],
      setupFilesAfterEnv: ['<rootDir>/jest-setup.cjs'],
      // d3-interpolate 3.0.2 ships .mjs, which the scaffold's pattern misses.
      transform: { '^.+\\.m?[jt]sx?$': scaffoldSwc, '^.+\\.cjs$': scaffoldSwc },
      transformIgnorePatterns: [
        nodeModulesToTransform([...grafanaESModules, '@react-hookz/web', '@ver0/deep-equal', '@marcbachmann/cel-js']),
      ],
    },
  ],
};
