// One lint for both workspaces; the arrows of the house are rules with the reason as their message.
import tseslint from 'typescript-eslint';

const restrict = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      '**/coverage/**',
      '**/.throughline/**',
      'plugin/.config/**',
      '**/*.generated.ts',
      '**/*.js',
      '**/*.mjs',
      '**/*.cjs',
      '.claude/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.test.tsx', '**/*.spec.ts', '**/testing/**'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['collector/**/*.ts'],
    rules: restrict([
      {
        group: ['**/plugin/**', '@throughline/plugin*'],
        message: 'The collector only writes and never knows the plugin.',
      },
    ]),
  },
  {
    files: ['plugin/src/**/*.ts', 'plugin/src/**/*.tsx'],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: restrict([
      {
        group: ['**/collector/**', '@throughline/collector*'],
        message: 'The database schema is the only contract with the collector; only tests may use collector/testing.',
      },
    ]),
  },
  {
    files: ['plugin/src/metrics/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: restrict([
      {
        group: ['**/backend/**', '**/editor/**', '@grafana/*', 'pg', 'react'],
        message: 'Metrics are pure TypeScript: they run in the browser and in the backend.',
      },
      { group: ['**/collector/**'], message: 'The database schema is the only contract with the collector.' },
    ]),
  },
  {
    files: ['plugin/src/editor/**/*.ts', 'plugin/src/editor/**/*.tsx'],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: restrict([
      { group: ['**/backend/**'], message: 'The editor runs in the browser; arrows are editor → metrics ← backend.' },
      { group: ['**/collector/**'], message: 'The database schema is the only contract with the collector.' },
    ]),
  }
);
