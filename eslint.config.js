/**
 * The rules a linter can hold us to: types are used honestly, no promise is forgotten, and code that is meant to be
 * pure touches neither clock, chance, environment nor machine. Which folder may import which stands in
 * .dependency-cruiser.cjs; file sizes and names in scripts/check-file-size.ts.
 *
 * A suppression needs a reason behind `--`. Formatting is prettier's alone.
 */
import js from '@eslint/js';
import next from '@next/eslint-plugin-next';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = [
  '**/*.test.ts',
  '**/*.test.tsx',
  'broker/integration/**',
  'e2e/**',
  'compat/**',
  'bench/**',
  '**/faults/**',
  '**/testing/**',
];

/** Folders that decide and never do: time, chance and configuration reach them as arguments. */
const pure = [
  'protocol/**/*.ts',
  'broker/**/*.ts',
  'console/contracts/**/*.ts',
  'console/model/**/*.ts',
  'console/alerting/*.ts',
  'cli/options/**/*.ts',
  'cli/supervisor/plan/**/*.ts',
];
/** The shells inside those folders: real disks and sockets, composition roots, processes' own mains. */
const shells = [
  'broker/record-work/node/**',
  'broker/platform/node/**',
  'broker/server-start.ts',
  'broker/main.ts',
  'console/alerting/outbox*.ts',
  'console/alerting/channels/**',
];
/** Shells over sockets: they may use the network, but take time from the platform like everyone else. */
const socketShells = ['broker/server/**', 'broker/metrics/**', ...shells];

/** The only readers of the environment; everything else gets configuration as an argument. */
const environmentReaders = [
  'console/config/**',
  'cli/**',
  'demo/main.ts',
  'scripts/**',
  'bench/**',
  'compat/**',
  'e2e/**',
  'broker/server-start.ts',
  'instrumentation*.ts',
  '*.config.ts',
  '*.config.js',
  ...tests,
];

const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Configuration comes in as an argument; process.env is read in console/config and cli only.',
};
const ambient = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Take the time as an argument or from a Clock.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time as an argument or from a Clock.',
  },
  {
    selector: "MemberExpression[object.name='performance'][property.name='now']",
    message: 'Take the time from a Clock.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take chance as an argument or from Random.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate)$/]',
    message: 'Use the Timers that were handed in.',
  },
];
const noDisk = [
  'node:fs',
  'node:fs/promises',
  'fs',
  'fs/promises',
  'node:child_process',
  'node:os',
  'node:worker_threads',
];
const noNetwork = [
  'node:net',
  'node:tls',
  'node:http',
  'node:https',
  'node:dns',
  'node:dgram',
  'net',
  'http',
  'https',
];
const machine = (names) => ({
  paths: names.map((name) => ({
    name,
    allowTypeImports: true,
    message: 'Pure code is handed what it needs; this belongs into a shell.',
  })),
});

export default defineConfig(
  {
    ignores: [
      '**/node_modules/**',
      '.next*/**',
      'dist/**',
      'data/**',
      'prisma/generated/**',
      'next-env.d.ts',
      'test-results/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Nothing that a cluster or a person wrote is ever run as a program.
      'no-eval': 'error',
      'no-new-func': 'error',
      '@typescript-eslint/no-implied-eval': 'error',
      'no-console': 'error',
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true }],
      'no-restricted-syntax': ['error', environment],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      // An interface may ask for a promise where one implementation happens not to wait.
      '@typescript-eslint/require-await': 'off',
      // Numbers in messages are what most messages are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 },
      ],
    },
  },
  {
    files: ['app/**/*.tsx', 'app/**/*.ts', 'components/**/*.tsx', 'components/**/*.ts'],
    plugins: { '@next/next': next, 'react-hooks': hooks },
    rules: {
      ...next.configs.recommended.rules,
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // A component is mostly markup: its length says less than that of a function.
      'max-lines-per-function': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'next/link', message: 'PageLink fetches nothing ahead (components/ui/page-link.tsx).' },
          ],
        },
      ],
    },
  },
  { files: ['components/ui/page-link.tsx'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: pure,
    ignores: [...tests, ...shells],
    rules: { 'no-restricted-syntax': ['error', environment, ...ambient] },
  },
  {
    files: pure,
    ignores: [...tests, ...socketShells],
    rules: { 'no-restricted-imports': ['error', machine([...noDisk, ...noNetwork])] },
  },
  { files: environmentReaders, ignores: pure, rules: { 'no-restricted-syntax': 'off' } },
  { files: ['broker/server-start.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: [
      'scripts/**',
      'cli/**',
      'demo/**',
      'bench/**',
      'compat/**',
      'e2e/**',
      'broker/server-start.ts',
      'broker/platform/node/**',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        setImmediate: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        module: 'writable',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
