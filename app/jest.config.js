process.env.TZ = 'UTC';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.m?[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
    ],
  },
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 60000,
  // The test database server ends with the run that used it last.
  globalTeardown: '<rootDir>/../collector/testing/teardown.ts',
};
