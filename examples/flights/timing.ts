// How soon a target starts once its sources have finished.

import { CZ_DELAYS, SZ_FLIGHTS } from './lake';
import type { RunTree } from './lineage';
import { median, table } from './print';

/** From the end of a run's last source, as MySQL has it, to the first line of the run's own job. Undefined: not known. */
function handoverMs({ run, sources }: RunTree): number | undefined {
  const firstLineAt = run.metadata?.['firstLineAt'];
  const ends = sources.map((source) => source.run.endedAt?.getTime() ?? NaN);
  if (typeof firstLineAt !== 'string' || ends.length === 0) return undefined;
  return new Date(firstLineAt).getTime() - Math.max(...ends);
}

export function timingText(trees: readonly RunTree[]): string {
  const all = trees.flatMap((root) => [root, ...root.sources]);
  const rows = [SZ_FLIGHTS, CZ_DELAYS].map((dataflow) => {
    const times = all.filter(({ run }) => run.dataflow === dataflow).flatMap((one) => handoverMs(one) ?? []);
    return [dataflow, `${Math.round(median(times))} ms`, `${Math.round(Math.max(...times))} ms`];
  });
  return [
    'From the end of the last source, in MySQL, to the first line of the job that waited for it.',
    '',
    table([['', 'median', 'longest'], ...rows], [1, 2]),
  ].join('\n');
}
