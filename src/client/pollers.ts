// Who polls a task queue.

import { status } from '@grpc/grpc-js';
import type { WorkflowService } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { grpcAnswer } from '../temporal/grpc';

const TYPES = {
  workflows: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activities: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const;

/** Who may start or poll need not be allowed to look. */
const UNTOLD: readonly (status | undefined)[] = [status.PERMISSION_DENIED, status.UNIMPLEMENTED];

/** Identities of those who polled within the last minutes; null: Temporal doesn't tell. */
export async function pollersOf(
  service: Pick<WorkflowService, 'describeTaskQueue'>,
  namespace: string,
  taskQueue: string,
  polledFor: keyof typeof TYPES,
): Promise<string[] | null> {
  try {
    const { pollers } = await service.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TYPES[polledFor],
    });
    return pollers.map(({ identity }) => identity ?? '');
  } catch (error) {
    if (UNTOLD.includes(grpcAnswer(error)?.code)) return null;
    throw error;
  }
}
