// `npm run lines`: small files, one idea each. Fails where a file, or the median of src, is over its budget.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root } from './files';

const MAX_LINES = 400;
const MAX_MEDIAN_OF_SRC = 120;

interface Measured {
  path: string;
  lines: number;
}

function measure(folder: string): Measured[] {
  return filesUnder(join(root, folder))
    .filter((path) => path.endsWith('.ts') && !path.split('/').includes('generated'))
    .map((path) => ({
      path: `${folder}/${path}`,
      lines: readFileSync(join(root, folder, path), 'utf8')
        .trimEnd()
        .split('\n').length,
    }))
    .sort((a, b) => a.lines - b.lines);
}

function median(sorted: readonly Measured[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper && lower ? (upper.lines + lower.lines) / 2 : 0;
}

const problems: string[] = [];
for (const folder of ['src', 'test', 'bench', 'examples']) {
  const files = measure(folder);
  const total = files.reduce((sum, { lines }) => sum + lines, 0);
  const longest = files.at(-1);
  console.log(
    `${folder}: ${files.length} files, ${total} lines, median ${median(files)}` +
      (longest ? `, longest ${longest.lines} (${longest.path})` : ''),
  );
  problems.push(
    ...files
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ path, lines }) => `${path}: ${lines} lines > ${MAX_LINES}`),
  );
  if (folder === 'src' && median(files) > MAX_MEDIAN_OF_SRC) {
    problems.push(`median of src: ${median(files)} lines > ${MAX_MEDIAN_OF_SRC}`);
  }
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
