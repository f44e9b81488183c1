// Whether an execution works for a run. Its workflow ID alone doesn't tell: the slot may have gone on to another run, or an operator may
// have reset an earlier one.

import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import type { RunId } from '../domain/ids';
import { MESSAGES } from '../domain/messages';
import type { Run } from '../domain/model';
import type { RunStatus } from '../domain/protocol';
import { grpcAnswer } from './grpc';
import { findRunning } from './running';
import type { Running } from './running';

export type Standing =
  | { readonly kind: 'gone' }
  /** The execution works for another run. */
  | { readonly kind: 'replaced'; readonly by: RunId }
  | { readonly kind: 'works'; readonly execution: Running }
  /** Nobody says: it is just opening its run, or has no worker that answers in time. */
  | { readonly kind: 'unknown'; readonly execution: Running };

const ANSWER_MS = 5_000;

export async function standingOf(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<Standing> {
  const execution = await findRunning(client, workflowId);
  if (!execution) return { kind: 'gone' };
  if (execution.runId === runId) return { kind: 'works', execution };
  // It may have continued as new while it waited, or have been reset: then another execution goes on as this run.
  const told = await ask(client, execution);
  // A workflow of a user's own may answer to that name with anything.
  if (told?.workflowId !== workflowId || told.state === 'opening') return { kind: 'unknown', execution };
  if (told.runId === undefined) return { kind: 'unknown', execution };
  return told.runId === runId ? { kind: 'works', execution } : { kind: 'replaced', by: told.runId };
}

async function ask(client: Client, { workflowId, runId }: Running): Promise<Partial<RunStatus> | null | undefined> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_MS, () =>
      client.workflow.getHandle(workflowId, runId).query<Partial<RunStatus> | null>(MESSAGES.status),
    );
  } catch (error) {
    // Temporal is away, no worker. (Out of time, a call may also end as cancelled.)
    if (grpcAnswer(error)?.code === status.UNAVAILABLE) throw error;
    return undefined;
  }
}
