// `npm run build`: dist anew from src: compiled code and declarations, assets beside them, the JSON Schema of dlc.yaml, an executable `dlc`.
import { chmodSync, cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarationJsonSchema } from '../src/domain/declaration/json-schema';
import { filesUnder, isAsset, root } from './files';
import { run } from './run';

const src = join(root, 'src');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const status = run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], root);
if (status !== 0) process.exit(status);

for (const asset of filesUnder(src).filter(isAsset)) cpSync(join(src, asset), join(dist, asset));

writeFileSync(join(dist, 'dlc.schema.json'), `${JSON.stringify(declarationJsonSchema(), null, 2)}\n`);

const cli = join(dist, 'cli/main.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
