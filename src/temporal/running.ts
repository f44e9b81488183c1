// A workflow ID's running execution, and what is under way in it.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { PausedExecution } from '../domain/execution-pause';
import { ALIVE } from './running-execution';

export interface Running {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  /** It was sent something that it hasn't answered: `scheduled` no worker has it, `started` one has. */
  readonly workflowTask: 'none' | 'scheduled' | 'started';
  /** By a person, in Temporal: it handles nothing of what it is sent. Null: it isn't. */
  readonly paused: Omit<PausedExecution, 'workflowId'> | null;
  /** Types of its activities that are under way. */
  readonly activities: readonly string[];
}

/** Undefined: none runs. */
export async function findRunning({ workflow }: Client, workflowId: string): Promise<Running | undefined> {
  try {
    const { runId, status, type, raw } = await workflow.getHandle(workflowId).describe();
    if (!ALIVE.has(status.name)) return undefined;
    const { pendingWorkflowTask: task, pendingActivities, workflowExtendedInfo } = raw;
    const { identity: by = '', reason = '' } = workflowExtendedInfo?.pauseInfo ?? {};
    return {
      workflowId,
      runId,
      workflowType: type,
      workflowTask: task ? (task.state === STARTED ? 'started' : 'scheduled') : 'none',
      paused: status.name === 'PAUSED' ? { by: by ?? '', reason: reason ?? '' } : null,
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

/**
 * False for one that is about to see what anybody would tell it, since it has something to handle or is in the middle of a transaction;
 * and for one that is paused: another signal would only make its history longer.
 */
export const needsWakeup = (execution: Running): boolean =>
  execution.paused === null && execution.workflowTask === 'none' && !isActing(execution);
