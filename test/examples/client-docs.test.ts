// What docs/client.md shows is what the package takes: its examples, one after another, are one program that type-checks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './process';

test('the examples of docs/client.md type-check', () => {
  const text = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code);
  expect(blocks.length).toBeGreaterThan(5);
  const [imports, ...statements] = blocks.join('\n').split('\n\n');
  const program = `${imports}\nexport async function shown() {\n${statements.join('\n\n')}\n}\n`;
  const read = (path: string) => ts.sys.readFile(path);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.json'), read).config,
    ts.sys,
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const shown = join(ROOT, 'test/examples/client-docs-shown.ts');
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === shown || fileExists.call(host, path);
  host.getSourceFile = (path, target) =>
    path === shown ? ts.createSourceFile(path, program, target) : getSourceFile.call(host, path, target);
  const compiled = ts.createProgram([shown], options, host);
  const problems = ts.getPreEmitDiagnostics(compiled, compiled.getSourceFile(shown));
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
}, 120_000);
