// One lint for both workspaces; the arrows of the house are rules with the reason as their message.
import i18n from '@grafana/i18n/eslint-plugin';
import tseslint from 'typescript-eslint';

/** One entry of the house's arrows: files of a room never import the named rooms, for the reason that is their message. */
const never = (rooms, message) => ({ regex: `^(?:\\.\\./)+(?:${rooms.join('|')})(?:/|\\.ts$)`, message });
const other = (group, message) => ({ group, message });
const room = (folder, ...patterns) => ({
  files: [`${folder}/**/*.ts`, `${folder}/**/*.tsx`],
  ignores: ['**/*.test.ts', '**/*.test.tsx', '**/testing/**', '**/fixtures/**'],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const COLLECTOR_ONLY_WRITES = other(
  ['**/plugin/**', '@throughline/plugin*'],
  'The collector only writes and never knows the plugin.'
);
const SCHEMA_IS_THE_CONTRACT = other(
  ['**/collector/**', '@throughline/collector*'],
  'The database schema is the only contract with the collector; only tests may use collector/testing.'
);
const PURE = other(
  ['**/backend/**', '**/editor/**', '@grafana/*', 'pg', 'react'],
  'Metrics are pure TypeScript: they run in the browser and in the backend.'
);
const FACE = ['commands', 'demo'];
const WORK = ['jobs', 'receive', ...FACE];

/** Rooms of the collector, and what each may not know. */
const collectorRooms = [
  room('collector/src', COLLECTOR_ONLY_WRITES),
  room(
    'collector/src/attribution',
    COLLECTOR_ONLY_WRITES,
    never(
      ['store', 'git', 'connectors', 'derive', 'lifetimes', ...WORK],
      'Attribution is rules over text: it reads no repository and no store.'
    )
  ),
  room(
    'collector/src/git',
    COLLECTOR_ONLY_WRITES,
    never(
      ['store', 'connectors', 'derive', 'lifetimes', ...WORK],
      'git/ runs git and knows nothing of what its output becomes.'
    )
  ),
  room(
    'collector/src/connectors',
    COLLECTOR_ONLY_WRITES,
    never(['store', 'derive', 'lifetimes', ...WORK], 'A connector yields pages; it never sees the database.')
  ),
  room(
    'collector/src/import',
    COLLECTOR_ONLY_WRITES,
    never(
      ['store', 'derive', 'connectors', 'lifetimes', ...WORK],
      'A file becomes rows; who writes them is not its business.'
    )
  ),
  room(
    'collector/src/store',
    COLLECTOR_ONLY_WRITES,
    never(
      ['derive', 'connectors', 'lifetimes', 'git', 'attribution', 'import', ...WORK],
      'The store writes rows and knows nobody who makes them.'
    )
  ),
  room(
    'collector/src/embedded',
    COLLECTOR_ONLY_WRITES,
    never(
      ['derive', 'connectors', 'lifetimes', 'git', 'attribution', 'import', ...WORK],
      'embedded/ gives a server and knows nothing of what is in it.'
    )
  ),
  room(
    'collector/src/lifetimes',
    COLLECTOR_ONLY_WRITES,
    never(['connectors', 'derive', 'attribution', ...WORK], 'Line lifetimes are read from git alone.')
  ),
  room(
    'collector/src/derive',
    COLLECTOR_ONLY_WRITES,
    never(['connectors', 'lifetimes', 'git', ...WORK], 'Facts follow from facts, whatever source they came from.')
  ),
  room(
    'collector/src/jobs',
    COLLECTOR_ONLY_WRITES,
    never(FACE, 'Jobs are what runs; the face that shows them comes on top.')
  ),
  room(
    'collector/src/demo',
    COLLECTOR_ONLY_WRITES,
    never(['jobs', 'commands', 'connectors'], 'The demo is data; it starts nothing.')
  ),
];

/** Foreign data has no bounds: every argument of a call stands on the stack. */
const BOUNDED = {
  selector: 'CallExpression[callee.property.name=/^(push|unshift|splice|min|max|fromCharCode)$/] > SpreadElement',
  message: 'A hundred thousand arguments overflow the stack: loop, or reduce.',
};
/** A text from outside must not move the cursor. */
const AT_THE_EDGE = {
  selector:
    'MemberExpression[object.object.name="process"][object.property.name=/^std(out|err)$/][property.name="write"]',
  message: 'terminal/print.ts is the only place that writes to the terminal: what it shows is foreign.',
};
/** What an upsert changes is evaluated where the row lies: a distributed Postgres refuses a function there that answers differently. */
const UPSERT_TAKES_VALUES = {
  selector: 'TemplateElement[value.raw=/do update set.*(now|random|clock_timestamp|statement_timestamp)\\(/is]',
  message:
    'An upsert takes what it was given: insert the time, or leave it to the default, and set column = excluded.column.',
};
const foreignData = {
  files: ['collector/src/**/*.ts', 'app/**/*.ts'],
  ignores: [
    '**/*.test.ts',
    '**/testing/**',
    '**/fixtures/**',
    'collector/src/demo/**',
    'collector/src/terminal/print.ts',
  ],
  rules: { 'no-restricted-syntax': ['error', BOUNDED, AT_THE_EDGE, UPSERT_TAKES_VALUES] },
};

/** A native pattern may take quadratic time over a long message: one text would stop the collector. */
const linearPatterns = {
  files: ['attribution', 'connectors', 'derive', 'import', 'text']
    .map((name) => `collector/src/${name}/**/*.ts`)
    .concat('collector/src/errors.ts', 'collector/src/logger.ts'),
  ignores: ['**/*.test.ts', '**/fixtures/**'],
  rules: {
    'no-restricted-syntax': [
      'error',
      BOUNDED,
      AT_THE_EDGE,
      UPSERT_TAKES_VALUES,
      ...['Literal[regex]', 'NewExpression[callee.name="RegExp"]', 'CallExpression[callee.name="RegExp"]'].map(
        (selector) => ({
          selector,
          message: 'Text of others is read in linear time: use pattern`…` of text/pattern.ts.',
        })
      ),
    ],
  },
};

/** Rooms of the plugin, and what each may not know. */
const pluginRooms = [
  room('plugin/src', SCHEMA_IS_THE_CONTRACT),
  room(
    'plugin/src/statistics',
    SCHEMA_IS_THE_CONTRACT,
    PURE,
    never(['metrics', 'backend', 'editor'], 'Statistics know numbers, no metric.')
  ),
  room('plugin/src/metrics', SCHEMA_IS_THE_CONTRACT, PURE),
  room('plugin/src/metrics/*', SCHEMA_IS_THE_CONTRACT, PURE, {
    regex: '^\\.\\./(?!define\\.ts$|parts/|\\.\\./statistics/)',
    message: 'A metric imports define, parts and statistics, and no other metric.',
  }),
  room('plugin/src/metrics/*/*', SCHEMA_IS_THE_CONTRACT, PURE, {
    regex: '^\\.\\./\\.\\./(?!define\\.ts$|parts/|\\.\\./statistics/)',
    message: 'A metric imports define, parts and statistics, and no other metric.',
  }),
  room(
    'plugin/src/backend/store',
    SCHEMA_IS_THE_CONTRACT,
    never(['query', 'frames', 'protocol'], 'backend/store asks Postgres and knows no metric, frame or protocol.')
  ),
  room(
    'plugin/src/backend/frames',
    SCHEMA_IS_THE_CONTRACT,
    never(['query', 'store', 'protocol'], 'Frames are built from rows, wherever these come from.')
  ),
  room(
    'plugin/src/backend/query',
    SCHEMA_IS_THE_CONTRACT,
    never(['protocol'], 'The engine knows nothing of the shell that carries it.')
  ),
  room(
    'plugin/src/editor',
    SCHEMA_IS_THE_CONTRACT,
    never(
      ['backend', 'datasource'],
      'The editor runs in the browser and knows the data source as MetricSource; arrows are editor → metrics ← backend.'
    )
  ),
  room(
    'plugin/src/panel',
    SCHEMA_IS_THE_CONTRACT,
    never(
      ['backend', 'datasource', 'editor', 'metrics', 'statistics'],
      'The panel knows frames, whoever answered them.'
    )
  ),
];

/** Every text that the editors and the panel show can be translated: what a metric says goes through state/metric-words.ts. */
const translated = {
  files: ['editor', 'panel'].flatMap((folder) => [`plugin/src/${folder}/**/*.ts`, `plugin/src/${folder}/**/*.tsx`]),
  ignores: ['**/*.test.ts', '**/*.test.tsx', '**/fixtures/**'],
  plugins: { '@grafana/i18n': i18n },
  rules: {
    '@grafana/i18n/no-untranslated-strings': ['error', { calleesToIgnore: ['^css$'] }],
    '@grafana/i18n/no-translation-top-level': 'error',
  },
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      'collector/coverage/**',
      'plugin/coverage/**',
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
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.test.tsx', '**/*.spec.ts', '**/testing/**'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // Readers of one stream: a closure over the state of the stream is one thought, its parts make none.
    files: ['diff-lane', 'diff-parser', 'diff-stream', 'merge-reader']
      .map((name) => `collector/src/lifetimes/read/${name}.ts`)
      .concat('collector/src/lifetimes/books/ledger.ts'),
    rules: { 'max-lines-per-function': ['error', { max: 155, skipBlankLines: true, skipComments: true }] },
  },
  foreignData,
  linearPatterns,
  translated,
  ...collectorRooms,
  ...pluginRooms
);
