// `npm run check:package`: is what we publish what a user can use? Packs the package, installs it into an empty project,
// and there loads both entry points and `dlc`, type-checks against them, and bundles workflow code with them.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesUnder, isAsset, root } from './files';
import { output, run } from './run';

const ENTRY_POINTS = {
  'datalake-lineage': ['ZoneDataFlowCoordinator', 'LineagePlugin'],
  'datalake-lineage/workflow': ['lineageRun', 'dataflowRun'],
};

/** What other packages' declarations lack is not ours to mend (and users skip it with `skipLibCheck`). */
const OTHERS_TYPES = /^node_modules\/(?!datalake-lineage\/)/;

interface Manifest {
  version: string;
  devDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const fail = (message: string): never => {
  throw new Error(message);
};

function must(command: string, args: readonly string[], cwd: string): void {
  if (run(command, args, cwd) !== 0) fail(`${[command, ...args].join(' ')} failed`);
}

function pack(to: string): string {
  mkdirSync(to);
  output('npm', ['pack', '--silent', '--pack-destination', to], root);
  return join(to, filesUnder(to).find((file) => file.endsWith('.tgz')) ?? fail('npm pack made no tarball'));
}

function install(project: string, tarball: string): void {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const nodeTypes = `@types/node@${manifest.devDependencies['@types/node'] ?? 'latest'}`;
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  must('npm', ['install', ...quiet, tarball, nodeTypes], project);
  cpSync(join(root, 'scripts/package-consumer'), project, { recursive: true });
}

/** Everything that src promises is in the package, and nothing else is. */
function checkContents(installed: string): void {
  const built = filesUnder(join(root, 'src'))
    .filter((file) => file.endsWith('.ts') || isAsset(file))
    .flatMap((file) =>
      file.endsWith('.ts') && !file.endsWith('.d.ts')
        ? ['.js', '.d.ts'].map((extension) => file.replace(/\.ts$/, extension))
        : [file],
    )
    .map((file) => `dist/${file}`);
  const expected = new Set(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/dlc.schema.json', ...built]);
  const actual = new Set(filesUnder(installed));
  const missing = [...expected].filter((file) => !actual.has(file));
  const unexpected = [...actual].filter((file) => !expected.has(file));
  if (missing.length > 0) fail(`missing in the package: ${missing.join(', ')}`);
  if (unexpected.length > 0) fail(`not meant to be in the package: ${unexpected.join(', ')}`);
  console.log(`contents: ${actual.size} files`);
}

/** Both entry points load with `require` and with `import { every, name }`, and have what the contract names. */
function checkLoading(project: string): void {
  for (const [entry, promised] of Object.entries(ENTRY_POINTS)) {
    const list = `console.log(JSON.stringify(Object.keys(require('${entry}'))))`;
    const names = JSON.parse(output(process.execPath, ['-e', list], project)) as string[];
    const missing = promised.filter((name) => !names.includes(name));
    if (missing.length > 0) fail(`${entry} does not export ${missing.join(', ')}`);
    const esm = `import { ${names.join(', ')} } from '${entry}';\nfor (const value of [${names.join(', ')}]) if (value === undefined) throw new Error('undefined export');\n`;
    writeFileSync(join(project, 'load.mjs'), esm);
    output(process.execPath, ['load.mjs'], project);
    console.log(`${entry}: ${names.length} exports, by require and by import`);
  }
}

/** An editor, or a program that checks files, finds the schema. */
function checkSchema(project: string): void {
  const print = "console.log(require('datalake-lineage/dlc.schema.json').properties.dataflows.type)";
  if (output(process.execPath, ['-e', print], project).trim() !== 'object') fail('dlc.schema.json is no schema');
  console.log('dlc.schema.json: found');
}

/** A user's file compiles as an ES module, as CommonJS and for a bundler; our declarations are checked along. */
function checkTypes(project: string): void {
  for (const extension of ['mts', 'cts']) cpSync(join(project, 'consumer.ts'), join(project, `consumer.${extension}`));
  const kinds = [
    { module: 'node16', moduleResolution: 'node16', files: ['consumer.mts', 'consumer.cts'] },
    { module: 'esnext', moduleResolution: 'bundler', files: ['consumer.ts'] },
  ];
  for (const { files, ...kind } of kinds) {
    const common = { target: 'es2022', lib: ['es2023'], types: ['node'], strict: true, noEmit: true };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...common, ...kind }, files }));
    const { stdout, status } = spawnSync(bin('tsc'), ['-p', 'tsconfig.json', '--pretty', 'false'], {
      cwd: project,
      encoding: 'utf8',
    });
    const errors = stdout.split('\n').filter((line) => line.includes('error TS') && !OTHERS_TYPES.test(line));
    if (errors.length > 0) fail(errors.join('\n'));
    if (status !== 0 && !stdout.includes('error TS')) fail(`tsc failed: ${stdout}`);
    console.log(`types: ${files.join(', ')} (${kind.moduleResolution})`);
  }
}

function checkCli(project: string): void {
  const version = output('npx', ['--no-install', 'dlc', '--version'], project).trim();
  if (version !== manifest.version) fail(`dlc --version is ${version}, package.json says ${manifest.version}`);
  console.log(`dlc --version: ${version}`);
}

const temporary = mkdtempSync(join(tmpdir(), 'datalake-lineage-'));
try {
  const tarball = pack(join(temporary, 'tarball'));
  const project = join(temporary, 'consumer');
  install(project, tarball);
  checkContents(join(project, 'node_modules/datalake-lineage'));
  output(bin('publint'), ['run', tarball, '--strict'], root);
  output(bin('attw'), [tarball, '--profile', 'node16', '--no-definitely-typed'], root);
  console.log('publint, attw: ok');
  checkLoading(project);
  checkSchema(project);
  checkTypes(project);
  checkCli(project);
  must(process.execPath, ['bundle.cjs'], project);
  console.log('workflow bundle: nothing of Node in it');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
