// Cancels the execution that works for a run.

import { status as grpc } from '@grpc/grpc-js';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGES } from '../domain/messages';
import type { Run } from '../domain/model';
import type { RunStatus } from '../domain/protocol';
import { grpcAnswer } from './grpc';

/**
 * `gone`: no execution works for the run any more. `opening`: one runs that doesn't say for which run, for the moment: it may go on
 * as this one.
 */
export type Cancelled = { readonly execution: string } | 'gone' | 'opening';

/** Never cancels another run's execution, which may have come into the slot meanwhile. */
export async function cancelExecution(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<Cancelled> {
  const { workflow } = client;
  // A cancel that names a closed execution is no error to the server: it has to be asked.
  if (await cancelRunning(workflow.getHandle(workflowId, runId))) return { execution: runId };
  // It may have continued as new while it waited, or have been reset: then another execution goes on as this run.
  try {
    const { runId: execution, status } = await workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return 'gone';
    const current = workflow.getHandle(workflowId, execution);
    const told = await askStatus(client, current);
    if (!told || told.state === 'opening') return 'opening';
    return told.runId === runId && (await cancelRunning(current)) ? { execution } : 'gone';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone';
    throw error;
  }
}

const ANSWER_MS = 2_000;

/** Undefined: nobody answers in time. */
async function askStatus(client: Client, execution: WorkflowHandle): Promise<RunStatus | undefined> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_MS, () => execution.query<RunStatus>(MESSAGES.status));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || grpcAnswer(error)?.code === grpc.UNAVAILABLE) throw error;
    return undefined;
  }
}

async function cancelRunning(execution: WorkflowHandle): Promise<boolean> {
  try {
    const { status } = await execution.describe();
    if (status.name === 'RUNNING') await execution.cancel();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
