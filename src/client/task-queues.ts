// Task queues that dataflows need and nobody polls: what is started there waits until a worker comes.

import type { UnpolledQueue } from '../domain/unpolled';
import { neededQueues } from '../domain/unpolled';
import { allDataflows } from '../store';
import type { Context } from './context';
import { pollersOf } from './pollers';
import { toDlcError } from './temporal-errors';

const TIMEOUT_MS = 10_000;

/** Of all dataflows that are enabled. Temporal knows who polled within the last minutes. */
export async function unpolledQueues(context: Context): Promise<UnpolledQueue[]> {
  const needed = neededQueues(await allDataflows(context.db), context.taskQueue);
  const polled = await Promise.all(needed.map((queue) => isPolled(context, queue)));
  return needed.filter((_, at) => !polled[at]);
}

async function isPolled({ temporal, calls }: Context, { taskQueue, polledFor }: UnpolledQueue): Promise<boolean> {
  const doing = `looking at task queue ${taskQueue}`;
  try {
    const { namespace } = temporal.options;
    const pollers = await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, () =>
      pollersOf(temporal.workflowService, namespace, taskQueue, polledFor),
    );
    // Where Temporal doesn't tell, nothing is known to be wrong.
    return pollers === null || pollers.length > 0;
  } catch (error) {
    throw toDlcError(error, doing);
  }
}
