// Cancels a backfill: kept with who did it and why, then its workflow is told.

import { WorkflowNotFoundError } from '@temporalio/client';
import { backfillWorkflowId } from '../../domain/backfill';
import { NotFoundError } from '../../domain/errors';
import { endOf, findBackfills, findOperation } from '../../store';
import type { Queryable } from '../../store';
import type { AttemptDeps } from '../deps';
import type { Done } from './done';

/** @throws NotFoundError */
export async function cancelBackfill(tx: Queryable, backfillId: string): Promise<Done> {
  const [backfill] = await findBackfills(tx, { backfillId });
  if (!backfill) throw new NotFoundError(`There is no backfill ${backfillId}. Check the ID.`, { backfillId });
  const ended = await findOperation(tx, endOf(backfillId));
  return { subject: backfill.dataflow, result: { changed: ended === undefined, backfillId } };
}

/** One that has ended, or is gone, needs no telling. */
export async function stopBackfill(deps: AttemptDeps, backfillId: string): Promise<void> {
  try {
    await deps.client().workflow.getHandle(backfillWorkflowId(backfillId)).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
