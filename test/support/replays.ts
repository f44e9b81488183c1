// Replays of a lake whose dataflows run by themselves, by an activity job.

import type { DataflowOptionsInput, Run, RunState } from '../../src';
import { claimedBy, runsOf } from './flow';
import type { Lake } from './lake';
import { eventually } from './wait';

/** The activity `job` is the test's own; it is tried once. */
export const JOB = { job: { type: 'activity', name: 'job', retry: { maximumAttempts: 1 } } } as const;
export const ANY = { trigger: { mode: 'auto', when: 'any' }, ...JOB } as const;

/** Creates `names` in zones of their names, and relates them: `'a>b'`. */
export async function flows<Name extends string>(
  lake: Lake,
  name: string,
  options: Readonly<Record<Name, DataflowOptionsInput>>,
  relations: readonly `${Name}>${Name}`[],
): Promise<Readonly<Record<Name, string>>> {
  const ids = {} as Record<Name, string>;
  for (const [zone, given] of Object.entries(options) as [Name, DataflowOptionsInput][])
    ids[zone] = await lake.coordinator.createDataflow(lake.zone(zone), name, '', '', given);
  for (const relation of relations) {
    const [source, target] = relation.split('>') as [Name, Name];
    await lake.coordinator.associateSourceToTarget(ids[source], ids[target]);
  }
  return ids;
}

/** A run of a dataflow with a job, once it has ended. */
export async function ranOf(lake: Lake, dataflow: string): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(dataflow);
  await eventually(
    () => lake.coordinator.getDataflowRun(runId),
    ({ endedAt }) => endedAt !== null,
  );
  return runId;
}

/** The runs of a dataflow in a state, oldest first, once there are so many. */
export async function reached(
  lake: Lake,
  dataflow: string,
  count: number,
  state: RunState = 'success',
): Promise<Run[]> {
  const runs = await eventually(
    () => runsOf(lake, dataflow, state),
    ({ length }) => length === count,
  );
  return runs.reverse();
}

export interface Replayed {
  /** Which run was run once more, how that ended, and what the new run claimed. */
  readonly steps: readonly {
    readonly of: string;
    readonly state: string;
    readonly message: string | null;
    readonly as: string;
    readonly claimed: string[];
  }[];
}

/** Replays a run with what was made of it, to the end. */
export async function replayed(lake: Lake, runId: string): Promise<Replayed> {
  const { workflowId, replayId } = await lake.coordinator.replayDownstream(runId);
  await lake.client.workflow
    .getHandle(workflowId)
    .result()
    .catch(() => undefined);
  const { steps } = await lake.coordinator.getReplay(replayId);
  const shown = steps.map(async ({ runId: of, state, as, message }) => ({
    ...{ of, state, message, as: as ?? '' },
    claimed: as === null ? [] : (await claimedBy(lake, as)).sort(),
  }));
  return { steps: await Promise.all(shown) };
}
