// A workflow ID's running execution, and what is under way in it.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { ALIVE } from './running-execution';

export interface Running {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  /** It was sent something that it hasn't answered: `scheduled` no worker has it, `started` one has. */
  readonly workflowTask: 'none' | 'scheduled' | 'started';
  /** Types of its activities that are under way. */
  readonly activities: readonly string[];
}

/** Undefined: none runs. */
export async function findRunning({ workflow }: Client, workflowId: string): Promise<Running | undefined> {
  try {
    const { runId, status, type, raw } = await workflow.getHandle(workflowId).describe();
    if (!ALIVE.has(status.name)) return undefined;
    const { pendingWorkflowTask: task, pendingActivities } = raw;
    return {
      workflowId,
      runId,
      workflowType: type,
      workflowTask: task ? (task.state === STARTED ? 'started' : 'scheduled') : 'none',
      activities: (pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? ''),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

const STARTED = temporal.api.enums.v1.PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED;

/** Activities of ours, whatever else a workflow of a user's does. */
const OURS = 'lineage';

/** In the middle of a transaction of its run's. */
export const isActing = ({ activities }: Running): boolean => activities.some((name) => name.startsWith(OURS));

/** About to see what anybody would tell it: it has something to handle, or is in the middle of a transaction. */
export const isBusy = (execution: Running): boolean => execution.workflowTask !== 'none' || isActing(execution);
