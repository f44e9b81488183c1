// Cancels the execution that works for a run.

import type { Client } from '@temporalio/client';
import type { Run } from '../domain/model';
import { standingOf } from './standing';

/**
 * `gone`: no execution works for the run any more. `opening`: one runs that doesn't say for which run, for the moment: it may go on
 * as this one.
 */
export type Cancelled = { readonly execution: string } | 'gone' | 'opening';

/** Never cancels another run's execution, which may have come into the slot meanwhile. */
export async function cancelExecution(client: Client, run: Pick<Run, 'workflowId' | 'runId'>): Promise<Cancelled> {
  const standing = await standingOf(client, run);
  if (standing.kind === 'unknown') return 'opening';
  if (standing.kind !== 'works') return 'gone';
  const { workflowId, runId } = standing.execution;
  // One that has closed since is no error to the server.
  await client.workflow.getHandle(workflowId, runId).cancel();
  return { execution: runId };
}
