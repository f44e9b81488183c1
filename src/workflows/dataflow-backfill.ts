// The built-in workflow type `dataflowBackfill`: runs a range of partitions, so many at once, each as a child workflow of the dataflow's
// own type. However it ends, what it kept back for the targets is let go, and what came of it is kept.

import { CancelledFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  BACKFILL_ID,
  backfillHolder,
  backfillIdOf,
  CANCELLED,
  noProgress,
  parseBackfill,
  partitionsOfRange,
} from '../domain/backfill';
import type { BackfillProgress, BackfillRequest } from '../domain/backfill';
import { DlcError, InvalidArgumentError } from '../domain/errors';
import { endBackfill, openBackfill, operate, wakeDataflows } from './activities';
import { BackfillSession } from './backfill-session';
import { runPartitions } from './backfill-partitions';
import { toFailure } from './failures';
import { progressQuery, startedBackfillUpdate } from './messages';
import { decode, undecoded } from './undecoded';

/** A failure's type is the error's code: nothing has begun then. */
export async function dataflowBackfill(received: unknown): Promise<BackfillProgress> {
  const session = new BackfillSession();
  setHandler(undecoded(startedBackfillUpdate), () => started(session));
  setHandler(undecoded(progressQuery), () => session.progress);
  try {
    return await backfill(session, parseBackfill(decode(received, 'The backfill')));
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    session.refusal = error;
    await condition(allHandlersFinished);
    throw toFailure(error);
  }
}

async function started(session: BackfillSession): Promise<BackfillProgress> {
  await condition(() => session.hasBegun || session.refusal !== undefined);
  if (session.refusal) throw toFailure(session.refusal);
  return session.progress;
}

async function backfill(session: BackfillSession, request: BackfillRequest): Promise<BackfillProgress> {
  const id = backfillIdOf(workflowInfo().workflowId);
  if (!BACKFILL_ID.test(id)) {
    throw new InvalidArgumentError(
      `A backfill's workflow ID must be dlc-backfill: and up to 50 letters, digits, and _ . -`,
      { field: 'workflowId' },
    );
  }
  const partitions = partitionsOfRange(request);
  const dataflow = await openBackfill({ ...request, progress: null });
  session.begin(dataflow.key, request.progress ?? noProgress(partitions.length));
  const holder = backfillHolder(id, request.downstream);
  await runPartitions(session, { id, request, dataflow, partitions, holder });
  const cancelled = CancellationScope.current().consideredCancelled;
  if (cancelled) session.stop(CANCELLED);
  if (session.progress.stopped === null && session.progress.begun < partitions.length) {
    return continueAsNew(request, session.progress);
  }
  await CancellationScope.nonCancellable(async () => {
    if (holder !== null && request.downstream === 'coalesce') await release(holder, request.by, id);
    await endBackfill(request.by, dataflow.key, session.progress);
    await condition(allHandlersFinished);
  });
  if (cancelled) throw new CancelledFailure('The backfill was cancelled.');
  return session.progress;
}

/** Dataflows whose slots one activity looks at. */
const CHUNK = 500;

/** All of it at once, then each target looks once (rule 2). */
async function release(holder: string, by: string, id: string): Promise<void> {
  const reason = `backfill ${id} has ended`;
  const { wakeDataflows: targets } = await operate({
    operation: { kind: 'releaseWithheld', holder },
    by,
    reason,
    awaitGo: null,
  });
  for (let from = 0; from < targets.length; from += CHUNK) await wakeDataflows(targets.slice(from, from + CHUNK));
}

/** With an empty history, from where it is. Never returns. */
async function continueAsNew(request: BackfillRequest, progress: BackfillProgress): Promise<never> {
  // A cancel is seen by the next execution, which lets go of what is withheld.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  // As its sender would encode it: the definition takes its own raw.
  return makeContinueAsNewFunc<(next: BackfillRequest) => Promise<BackfillProgress>>({ typeInfo: {} })({
    ...request,
    progress,
  });
}
