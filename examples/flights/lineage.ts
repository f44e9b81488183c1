// Reads lineage back: which runs a run consumed, and which those consumed, as MySQL has it.

import type { Run, ZoneDataFlowCoordinator } from '../../src';
import { CZ_DELAYS } from './lake';
import { branches, link, number, table } from './print';
import { slotOf } from './progress';
import type { UrlOf } from './stage';

export interface RunTree {
  readonly run: Run;
  readonly sources: readonly RunTree[];
}

export async function traceRun(coordinator: ZoneDataFlowCoordinator, runId: string): Promise<RunTree> {
  const { dataflowQueueList, ...run } = await coordinator.getDataflowRun(runId);
  const sources = await Promise.all(dataflowQueueList.map(({ sourceRunId }) => traceRun(coordinator, sourceRunId)));
  return { run, sources };
}

/** The run itself first, then what it consumed. */
export const runsOf = ({ run, sources }: RunTree): Run[] => [run, ...sources.flatMap(runsOf)];

export function lineageText(trees: readonly RunTree[], urlOf: UrlOf): string {
  const rows = trees
    .flatMap(branches<RunTree>)
    .map(({ line, node: { run } }) => [
      `${line}${slotOf(run)}`,
      `${number(run.recordCount ?? 0)} ${run.dataflow === CZ_DELAYS ? 'airports' : 'records '}`,
      link(`run ${run.runId}`, urlOf(run)),
    ]);
  return `Each run with the runs that it consumed, and its page in the Temporal UI.\n\n${table(rows, [1])}`;
}
