// What the compiler can't see: forgotten promises, inexhaustive switches, and code that may not run inside a workflow.
// Which folder may import which is in .dependency-cruiser.mjs.

import { builtinModules } from 'node:module';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const builtins = builtinModules.filter((name) => !name.startsWith('_')).map((name) => name.replace(/^node:/, ''));

/** Inside a workflow there is no Node, and nothing that leads out of the sandbox. */
const notInWorkflows = [
  {
    regex: `^(node:.*|(${builtins.join('|')})(/.*)?)$`,
    message: 'Workflow code runs without Node: no built-in modules.',
  },
  {
    regex: '^(mysql2|@temporalio/(client|worker|activity|testing|envconfig|plugin))(/.*)?$',
    message: 'Workflow code reaches the world through activities only.',
  },
];

const noNodeGlobals = [
  ...['process', 'Buffer', 'require', 'module', 'exports', '__dirname', '__filename', 'global'],
  ...['setImmediate', 'clearImmediate', 'queueMicrotask', 'fetch', 'crypto', 'performance', 'structuredClone'],
  ...['WebSocket', 'navigator', 'WeakRef', 'FinalizationRegistry'],
].map((name) => ({ name, message: 'Workflow code runs in a deterministic sandbox, without it.' }));

const noDefaultExport = {
  restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true },
};

const noExportAssignment = { selector: 'TSExportAssignment', message: 'Export names, not one default.' };

const focusedTest = 'A focused test hides all the others.';

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '**/generated/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    name: 'everywhere',
    rules: {
      // tsc knows every name.
      'no-undef': 'off',
      'no-restricted-syntax': ['error', noExportAssignment],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'no-restricted-exports': ['error', noDefaultExport],
      'object-shorthand': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Of text, empty counts as not given: settings come from the environment.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // A property that somebody else sets during an `await` looks constant to this rule.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // It asks for what no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // gRPC status codes are compared as the numbers that the protocol fixes.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
    },
  },
  {
    name: 'src',
    files: ['src/**'],
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
    },
  },
  {
    // A promise that nobody waits for can fail unheard, and in a workflow it is a bug; `void` doesn't make it better.
    name: 'the library, without the processes around it',
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/local/**'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }] },
  },
  { name: 'programs that print', files: ['src/cli/**'], rules: { 'no-console': 'off' } },
  {
    name: 'loaded by jest, which wants a default export',
    files: ['test/support/global-{setup,teardown}.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    name: 'workflow code',
    files: ['src/workflows/**', 'src/workflow.ts', 'src/domain/**'],
    rules: {
      'no-restricted-globals': ['error', ...noNodeGlobals],
      'no-restricted-imports': ['error', { patterns: notInWorkflows }],
      'no-restricted-syntax': [
        'error',
        noExportAssignment,
        { selector: 'ImportExpression', message: 'A workflow bundle is one file: import statically.' },
      ],
    },
  },
  {
    name: 'domain',
    files: ['src/domain/**'],
    rules: {
      // Schemas are built by small functions whose types only zod can write.
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...notInWorkflows,
            { regex: '^(?!\\.|zod(/|$))', message: 'Of other packages the domain knows zod alone.' },
          ],
        },
      ],
    },
  },
  {
    name: 'around the package',
    files: ['test/**', 'bench/**', 'examples/**', 'scripts/**'],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    name: 'tests',
    files: ['test/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['fit', 'fdescribe', 'ftest'].map((name) => ({ name, message: focusedTest })),
      ],
      'no-restricted-properties': [
        'error',
        ...['it', 'test', 'describe'].map((object) => ({ object, property: 'only', message: focusedTest })),
      ],
    },
  },
  {
    // Configuration, and the two files that have to be CommonJS: no types to go by.
    name: 'JavaScript',
    files: ['**/*.{js,cjs,mjs}', '.*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        ['module', 'require', 'exports', '__dirname', 'process', 'console'].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'no-undef': 'error',
      'no-restricted-exports': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
);
