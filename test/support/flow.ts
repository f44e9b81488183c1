// The usual cast of a test: a source, its target, and what happens to them.

import type { DataflowOptionsInput, RelationOptionsInput, Run, RunState } from '../../src';
import type { Lake } from './lake';
import { eventually } from './wait';

export interface Pair {
  readonly source: string;
  readonly target: string;
  readonly sourceKey: string;
  readonly targetKey: string;
  readonly relation: string;
  /** Runs the source to its success; returns the run's id. */
  produce(partitionKey?: string): Promise<string>;
}

/** `rz:NAME` → `sz:NAME`. */
export async function pair(
  lake: Lake,
  name: string,
  target: DataflowOptionsInput = {},
  source: DataflowOptionsInput = {},
  relation: RelationOptionsInput = {},
): Promise<Pair> {
  const { coordinator } = lake;
  const sourceId = await coordinator.createDataflow(lake.zone('rz'), name, '', '', source);
  const targetId = await coordinator.createDataflow(lake.zone('sz'), name, '', '', target);
  return {
    source: sourceId,
    target: targetId,
    sourceKey: `${lake.zone('rz')}:${name}`,
    targetKey: `${lake.zone('sz')}:${name}`,
    relation: await coordinator.associateSourceToTarget(sourceId, targetId, relation),
    produce: (partitionKey) => produce(lake, sourceId, partitionKey),
  };
}

export async function produce(lake: Lake, dataflow: string, partitionKey?: string): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(dataflow, { partitionKey });
  await lake.coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
  return runId;
}

export const runsOf = (lake: Lake, dataflow: string, state?: RunState): Promise<Run[]> =>
  lake.coordinator.listDataflowRuns({ dataflow, state });

/** The one run of a dataflow in this state, once there is one. */
export async function runIn(lake: Lake, dataflow: string, state: RunState): Promise<Run> {
  const [run] = await eventually(
    () => runsOf(lake, dataflow, state),
    (runs) => runs.length === 1,
  );
  return run!;
}

export async function claimedBy(lake: Lake, runId: string): Promise<string[]> {
  return (await lake.coordinator.getDataflowRun(runId)).dataflowQueueList.map((row) => row.sourceRunId);
}

export async function eventsOf(lake: Lake, runId: string): Promise<string[]> {
  const rows = await lake.db.select<{ event: string }>('SELECT event FROM run_event WHERE run_id = ? ORDER BY id', [
    runId,
  ]);
  return rows.map(({ event }) => event);
}

/** Ends the run of a dataflow that has started. */
export async function finishOpen(
  lake: Lake,
  dataflow: string,
  status: 'success' | 'error' = 'success',
): Promise<string> {
  const { runId } = await runIn(lake, dataflow, 'started');
  await lake.coordinator.finishDataflowRun(status, runId, status === 'error' ? { message: 'broken' } : {});
  return runId;
}
