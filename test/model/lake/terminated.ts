// What a terminate excuses. It is an operator's violence: the execution hears nothing, and what it still had to do nobody
// does, until the housekeeper finds it.

import { slotWorkflowId } from '../../../src/domain/slot';
import { fromPayload } from '../temporal/converters';
import type { Execution } from '../temporal/execution';
import type { Flow } from './graph';
import type { World } from './world';

/** An execution that worked for the run: the one that opened it, or one that it has continued as new into as the same run. */
export function wasTerminated({ simulation, terminated }: World, runId: string): boolean {
  let execution = simulation.server.executions.find((one) => one.runId === runId);
  while (execution && !terminated.has(execution.runId)) {
    execution = execution.next && continuedRun(execution.next) === runId ? execution.next : undefined;
  }
  return execution !== undefined;
}

function continuedRun({ options }: Execution): string | undefined {
  return (fromPayload(options.args[0]) as { continuedRunId?: string } | undefined)?.continuedRunId;
}

/**
 * Whether a slot may idle: a wake-up is lost with the execution that was to send it (the source's, or the slot's own before),
 * or that had just got it.
 */
export function mayIdle(world: World, flow: Flow, slot: string, sources: readonly string[], last?: string): boolean {
  const { server } = world.simulation;
  const newest = server.executions.findLast(({ options }) => options.workflowId === slotWorkflowId(flow.key, slot));
  if (newest && world.terminated.has(newest.runId)) return true;
  return [...sources, ...(last ? [last] : [])].some((runId) => wasTerminated(world, runId));
}

/**
 * Whether an execution may run without an open run: a start asked for again goes on as the run of the one that was terminated, while
 * that one's last activity, which hears of no terminate, may still end the run. A wake-up, or the next start, tells it.
 */
export const mayRunForNothing = ({ simulation, terminated }: World, workflowId: string): boolean =>
  simulation.server.executions.some(({ runId, options }) => options.workflowId === workflowId && terminated.has(runId));
