// Which folder of src may import which: one line a folder, read from the bottom (domain) up. Nothing imports upward.

/**
 * @typedef {object} Layer
 * @property {string[]} [imports] folders of src whose code it may use
 * @property {string[]} [types] folders of which it may use the types only
 * @property {string[]} [files] single files (regular expressions) it may use beside them
 * @property {string[]} [packages] the only npm packages it may use (default: any in dependencies)
 * @property {boolean} [node] may it use Node's built-in modules (default: yes)
 */

const definitions = '^src/workflows/(definitions|messages)(/|\\.ts$)';

/** @type {Record<string, Layer>} */
const layers = {
  domain: { packages: ['zod'], node: false },
  local: { imports: ['domain'] },
  store: { imports: ['domain'] },
  yaml: { imports: ['domain'], packages: ['yaml'] },
  temporal: { imports: ['domain'] },
  openlineage: { imports: ['domain'] },
  health: { imports: ['domain', 'store', 'temporal'] },
  activities: { imports: ['domain', 'store', 'temporal', 'openlineage', 'health'] },
  workflows: {
    imports: ['domain'],
    types: ['activities'],
    packages: ['zod', '@temporalio/workflow', '@temporalio/common'],
    node: false,
  },
  worker: { imports: ['domain', 'store', 'temporal', 'openlineage', 'activities', 'workflows'] },
  client: {
    imports: ['domain', 'store', 'temporal', 'openlineage', 'health'],
    types: ['workflows'],
    files: [definitions],
  },
  server: { imports: ['domain', 'store', 'openlineage', 'client'] },
  cli: { imports: ['domain', 'store', 'yaml', 'openlineage', 'local', 'worker', 'client', 'server'] },
};

const entryPoints = ['^src/(index|workflow)\\.ts$', '^src/cli/main\\.ts$', '^src/worker/workflow-entry\\.js$'];

/** @param {string[]} names */
const folders = (names) => names.map((name) => `^src/${name}/`);

/** @param {string[]} names */
const packages = (names) => names.map((name) => `^node_modules/${name}/`);

/**
 * @param {string} name
 * @param {Layer} layer
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
function layerRules(name, { imports = [], types = [], files = [], packages: allowed, node = true }) {
  const from = { path: `^src/${name}/` };
  const code = [...folders([name, ...imports]), ...files];
  /** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
  const rules = [
    {
      name: `${name}-imports`,
      comment: `src/${name} may use: ${imports.join(', ') || 'nothing else of src'}.`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: [...code, ...folders(types)] },
    },
  ];
  for (const type of types) {
    rules.push({
      name: `${name}-imports-types-of-${type}`,
      comment: `src/${name} may use the types of src/${type} only: write "import type".`,
      severity: 'error',
      from,
      to: { path: `^src/${type}/`, pathNot: code, dependencyTypesNot: ['type-only'] },
    });
  }
  if (allowed) {
    rules.push({
      name: `${name}-packages`,
      comment: `src/${name} may use the packages ${allowed.join(', ')} only.`,
      severity: 'error',
      from,
      to: { path: '(^|/)node_modules/', pathNot: packages(allowed) },
    });
  }
  if (!node) {
    rules.push({
      name: `${name}-without-node`,
      comment: `src/${name} runs inside workflows, where there is no Node.`,
      severity: 'error',
      from,
      to: { dependencyTypes: ['core'] },
    });
  }
  return rules;
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(layers).flatMap(([name, layer]) => layerRules(name, layer)),
    {
      name: 'known-folders',
      comment: 'A new folder of src needs its line in the table above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: folders(Object.keys(layers)) },
      to: {},
    },
    {
      name: 'entry-points-import-nothing-upward',
      comment: 'src/index.ts and src/workflow.ts are for users; code inside imports the file that it needs.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'workflow-entry-point',
      comment: 'datalake-lineage/workflow is bundled into workflows: workflow code and domain only.',
      severity: 'error',
      from: { path: '^src/workflow\\.ts$' },
      to: {
        pathNot: [...folders(['workflows', 'domain']), ...packages(['@temporalio/workflow', '@temporalio/common'])],
      },
    },
    {
      name: 'workflow-bundle-entry',
      comment: 'The bundle that a worker loads starts here: inside the sandbox, though it lies with the worker.',
      severity: 'error',
      from: { path: '^src/worker/workflow-entry\\.js$' },
      to: { pathNot: ['^src/workflows/', '^datalake-lineage-user-workflows$'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other belong together, or need a third. Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment:
        'A file that nothing imports and that imports nothing is forgotten. (Tests load workflows by their path.)',
      severity: 'error',
      from: { orphan: true, path: '^(src|scripts)/', pathNot: entryPoints },
      to: {},
    },
    {
      name: 'no-dead-code',
      comment: 'No entry point leads to this file: the package would carry it for nothing.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: '^src/', pathNot: entryPoints, reachable: false },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      // An alias that the worker sets for its bundler.
      to: { couldNotResolve: true, pathNot: '^datalake-lineage-user-workflows$' },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What src imports must be in dependencies: users do not get devDependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional', 'npm-bundled'],
        // Type packages of Node itself.
        pathNot: '^node_modules/@types/node/',
      },
    },
    {
      name: 'declared-packages',
      comment: 'A package that package.json does not name is there by luck, as a dependency of a dependency.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'sql-in-the-store',
      comment: 'MySQL is talked to in src/store, and in src/local, which starts it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store|local)/' },
      to: { path: '^node_modules/mysql2/' },
    },
    {
      name: 'src-imports-src',
      comment: 'The package consists of src: not of tests, benchmarks, examples or scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts|dist)/' },
    },
    {
      name: 'examples-use-the-package',
      comment:
        'An example shows what a user writes: it imports the entry points. Servers to try it on are the exception.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/local/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|docs)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { conditionNames: ['types', 'node', 'require', 'default'], exportsFields: ['exports'] },
  },
};
