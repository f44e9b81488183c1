// Waits until a waiting run has claimed its sources; where the original polled, this waits on the run itself.

import { UnavailableError } from '../domain/errors';
import { MESSAGES } from '../domain/messages';
import type { StartInfo } from '../domain/protocol';
import { runEnded } from '../domain/run-ended';
import { getRun } from '../store';
import type { Context } from './context';
import { isGone } from './temporal-errors';
import { untilAnswered } from './until-answered';

/** Resolves with the run's state once it isn't `waiting` any more. */
export async function awaitStart(context: Context, runId: string, timeoutMs: number): Promise<StartInfo['state']> {
  const deadline = Date.now() + timeoutMs;
  const run = await getRun(context.db, runId);
  if (run.state !== 'waiting') return run.state;
  try {
    await untilAnswered(context, deadline, `waiting for run ${runId}`, () =>
      context.temporal.workflow.getHandle(run.workflowId).executeUpdate<StartInfo, [unknown]>(MESSAGES.startedRun, {
        args: [{ untilStarted: true }],
        // All who wait for this run share one update: a workflow takes ten at once, and a waiter that gives up leaves its own.
        updateId: `await-start:${runId}`,
      }),
    );
  } catch (error) {
    if (Date.now() >= deadline) {
      const message = `Run ${runId} of ${run.dataflow} still waits. Ask again, or see why it waits.`;
      throw new UnavailableError(message, { runId }, { cause: error });
    }
    if (!isGone(error)) throw error;
  }
  // The answer may be the slot's next run's, or there is none to answer: MySQL tells how this one stands.
  const now = await getRun(context.db, runId);
  if (now.state === 'waiting') throw runEnded({ ...now, state: 'orphaned' });
  return now.state;
}
