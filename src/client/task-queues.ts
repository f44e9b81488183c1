// Task queues that dataflows need and nobody polls: what is started there waits until a worker comes.

import { isGrpcServiceError } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import type { UnpolledQueue } from '../domain/unpolled';
import { neededQueues } from '../domain/unpolled';
import { allDataflows } from '../store';
import type { Context } from './context';
import { toDlcError } from './temporal-errors';

const TYPES = {
  workflows: proto.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activities: proto.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const;

const TIMEOUT_MS = 10_000;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;

/** Of all dataflows that are enabled. Temporal knows who polled within the last minutes. */
export async function unpolledQueues(context: Context): Promise<UnpolledQueue[]> {
  const needed = neededQueues(await allDataflows(context.db), context.taskQueue);
  const polled = await Promise.all(needed.map((queue) => isPolled(context, queue)));
  return needed.filter((_, at) => !polled[at]);
}

async function isPolled({ temporal, calls }: Context, { taskQueue, polledFor }: UnpolledQueue): Promise<boolean> {
  const doing = `looking at task queue ${taskQueue}`;
  try {
    const { pollers } = await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, () =>
      temporal.workflowService.describeTaskQueue({
        namespace: temporal.options.namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: TYPES[polledFor],
      }),
    );
    return pollers.length > 0;
  } catch (error) {
    // Who may start runs need not be allowed to look; then nothing is known to be wrong.
    if (isGrpcServiceError(error) && [PERMISSION_DENIED, UNIMPLEMENTED].includes(error.code)) return true;
    throw toDlcError(error, doing);
  }
}
