// Tests run from the TypeScript sources: swc only strips the types (tsc checks them), with source maps for true line numbers.

const { compilerOptions } = require('./tsconfig.json');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Examples import the package by its name, as users do; here that is src (tsconfig.json has the same paths).
  moduleNameMapper: {
    '^datalake-lineage$': '<rootDir>/src/index.ts',
    '^datalake-lineage/workflow$': '<rootDir>/src/workflow.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: compilerOptions.target.toLowerCase(), keepClassNames: true },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Real servers: the first test of a file may wait for one to start.
  testTimeout: 60_000,
  // Half of a big machine; one more than the cores of a small one, since tests wait for about a fifth of their time. Each worker
  // shares the rest with the database and the Temporal server.
  maxWorkers: require('node:os').availableParallelism() > 4 ? '50%' : 3,
};
