// How a run that was just asked for stands, in words: what it waits for, or who does its work. It is there all the same where that
// can't be looked up.

import type { ZoneDataFlowCoordinator } from '../../client/coordinator';
import type { StartedRun } from '../../client/start-run';
import type { Dataflow } from '../../domain/model';
import { taskQueue as queueOf } from '../../domain/settings';
import { explainWait } from '../../domain/start';

/** Of a run that waits: `is paused: zone rz is paused since …`. Looked up, for a start answers only that it waits. */
export async function waits(coordinator: ZoneDataFlowCoordinator, { runId }: StartedRun): Promise<string> {
  const looked = await coordinator.why({ runId }).catch(() => undefined);
  if (!looked) return 'waits';
  const { waitingFor, explanation } = looked;
  return waitingFor ? `is ${explainWait(waitingFor, explanation)}` : 'has what it waited for: it is about to start';
}

/** Of a run that has started: how it comes to its end. */
export async function nextStep(coordinator: ZoneDataFlowCoordinator, run: StartedRun): Promise<string | undefined> {
  const dataflow = await coordinator.getDataflow(run.dataflow).catch(() => undefined);
  if (!dataflow) return undefined;
  const worker = workOf(dataflow);
  return worker === undefined
    ? `End it with: dlc run finish ${run.runId} --status success`
    : `${worker} does the work, and ends it. See how it stands: dlc run why ${run.runId}`;
}

/** Undefined: somebody outside, who reports the end. */
function workOf({ job, workflowType, taskQueue }: Dataflow): string | undefined {
  if (workflowType !== null) return `Its workflow ${workflowType}${on(taskQueue)}`;
  return job.type === 'external' ? undefined : `Its ${job.type} ${job.name}${on(job.taskQueue ?? taskQueue)}`;
}

const on = (queue: string | null): string => ` (task queue ${queue ?? queueOf(process.env)})`;
