// Shows what happens while it happens: a bar for each dataflow in a terminal, else a line for each run that moves on.

import { MultiBar } from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import type { Run } from '../../src';
import { DATAFLOWS } from './lake';
import { number } from './print';

export interface Progress {
  /** One line for people. */
  say(line: string): void;
  /** All runs as they are now, and those that moved on since. */
  show(runs: readonly Run[], moved: readonly Run[]): void;
  stop(): void;
}

export const startProgress = (months: number): Progress => (process.stdout.isTTY ? bars(months) : lines());

function lines(): Progress {
  const began = Date.now();
  const say = (line: string): void => {
    console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  };
  return {
    say,
    show: (_, moved) => {
      for (const run of moved) say(`${slotOf(run)}: ${stateOf(run)}`);
    },
    stop: () => {},
  };
}

function bars(months: number): Progress {
  const format = '  {name} {bar} {value}/{total}  {note}';
  const all = new MultiBar({
    format,
    stream: process.stdout,
    barsize: 30,
    hideCursor: true,
    gracefulExit: false,
    linewrap: true,
    forceRedraw: true, // lines above the bars move them
  });
  const width = Math.max(...DATAFLOWS.map((name) => name.length));
  const byDataflow = new Map<string, SingleBar>(
    DATAFLOWS.map((name) => [name, all.create(months, 0, { name: name.padEnd(width), note: '' })]),
  );
  return {
    say: (line) => all.log(`  ${line}\n`),
    show: (runs) => {
      for (const [dataflow, bar] of byDataflow) {
        const of = (state: Run['state']): number =>
          runs.filter((run) => run.dataflow === dataflow && run.state === state).length;
        const note = [`${of('started')} running`, `${of('waiting')} waiting`]
          .filter((part) => !part.startsWith('0'))
          .join(', ');
        bar.update(of('success'), { note });
      }
    },
    stop: () => all.stop(),
  };
}

export const slotOf = (run: Run): string => `${run.dataflow} @ ${String(run.partitionKey)}`;

function stateOf({ state, recordCount, message }: Run): string {
  if (state === 'success') return `success, ${number(recordCount ?? 0)} records`;
  return message === null ? state : `${state}: ${message}`;
}
