// `dlc run why`: why a run waits or started, or why a dataflow has none.

import type { Command } from 'commander';
import { leavesOf } from '../../domain/rule';
import { partitionsOf } from '../../domain/why';
import type { Why } from '../../domain/why';
import { withCoordinator } from '../coordinator';
import { cell, table } from '../format';
import { JSON_OPTION } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';

interface Options extends OutputOptions {
  readonly partition?: string;
}

export function addWhyCommand(run: Command): void {
  run
    .command('why')
    .description('tell why a run waits or started, or why a dataflow has no open run')
    .argument('<run-id|dataflow>', "a run, or a dataflow's key or id")
    .option('--partition <key>', 'which slot, where the dataflow runs per partition')
    .option(...JSON_OPTION)
    .action(async (subject: string, options: Options) => {
      const isRun = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subject);
      const asked = isRun ? { runId: subject } : { dataflow: subject, partitionKey: options.partition };
      const answer = await withCoordinator((coordinator) => coordinator.why(asked));
      print(options, answer, describe(answer));
    });
}

/** Partitions of a source that the table names. */
const NAMED = 3;

function describe({ text, explanation, sources, start }: Why): string {
  const leaves = explanation ? leavesOf(explanation) : [];
  if (leaves.length === 0) return cell(text);
  // Whatever the sources have, nothing is waited for.
  const ignored = explanation?.check === 'ignore';
  const bySource = new Map(sources.map((source) => [source.source, partitionsOf(source, NAMED)]));
  const rows = leaves.map(({ source, satisfied, ready, need = 1, optional }) => [
    source,
    optional ? 'optional' : satisfied || ignored ? 'yes' : 'no',
    ready,
    ignored ? 0 : need,
    bySource.get(source),
  ]);
  const headings = ['source', 'enough', start ? 'consumed' : 'ready', 'needed', 'partitions'];
  // Sources whose runs tell of no partition need no column for them.
  const columns = leaves.some(({ source }) => bySource.get(source)) ? 5 : 4;
  const shown = rows.map((row) => row.slice(0, columns));
  return `${cell(text)}\n\n${table(headings.slice(0, columns), shown)}`;
}
