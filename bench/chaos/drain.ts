// Waits until nothing moves any more: no run is started, no auto slot is ready, and whatever Temporal has open only waits.
// Nobody heals anything meanwhile.

import { setTimeout as sleep } from 'node:timers/promises';
import { INVARIANTS, violations } from '../../test/support/invariants';
import { askEach, openRuns, runningExecutions, work } from './executions';
import type { ChaosStage } from './stage';

/** Between two looks, in milliseconds. */
const EVERY = 2_000;

/** Looks in a row that must find the same, and nothing under way: visibility is told of an execution a moment later. */
const LOOKS = 2;

/** Auto slots that are ready are still to be run. */
const READY = INVARIANTS.filter(({ says }) => says.startsWith('an auto slot that is ready'));

/** What still moves at the deadline, with ids; empty: all is quiet. */
export async function untilQuiet(stage: ChaosStage, seconds: number): Promise<string[]> {
  const deadline = Date.now() + seconds * 1000;
  let seen = '';
  for (let quiet = 0; ;) {
    const [moving, now] = [await stillMoving(stage), await fingerprint(stage)];
    quiet = moving.length === 0 ? (now === seen ? quiet + 1 : 1) : 0;
    seen = now;
    if (quiet >= LOOKS) return [];
    if (Date.now() > deadline) return moving.length > 0 ? moving : ['runs come and go all the time'];
    await sleep(EVERY);
  }
}

async function stillMoving(stage: ChaosStage): Promise<string[]> {
  const runs = await openRuns(stage);
  const started = runs.filter(({ state }) => state === 'started');
  const waiting = new Set(runs.map((run) => run.workflow_id));
  const executions = await runningExecutions(stage);
  const busy = await askEach(executions, async (execution) => {
    if (!waiting.has(execution.workflowId)) return 'has no open run';
    return work(stage, execution);
  });
  const ready = await violations(stage.db, READY);
  return [
    ...started.map((run) => `run ${run.run_id} of ${run.dataflow_key} is started (workflow ${run.workflow_id})`),
    ...busy.map(({ item, answer }) => `execution ${item.workflowId} ${item.runId}: ${answer}`),
    ...ready,
  ];
}

async function fingerprint({ db }: ChaosStage): Promise<string> {
  const [row] = await db.select(
    `SELECT (SELECT MAX(id) FROM run_event) AS events, (SELECT COUNT(*) FROM dataflow_run) AS runs,
            (SELECT COUNT(*) FROM lineage_edge) AS edges`,
  );
  return JSON.stringify(row);
}
