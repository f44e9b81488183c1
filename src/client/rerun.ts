// Runs a run once more: its slot's workflow is started with a request that names it, and all else happens in the transaction that
// opens the new run.

import { randomUUID } from 'node:crypto';
import { AlreadyActiveError } from '../domain/errors';
import type { RerunCause } from '../domain/model';
import { checkRerun, givesWay } from '../domain/rerun';
import { parseStartRequest } from '../domain/start-request';
import { findDataflow, findRun, getRun, latestRerun } from '../store';
import type { Context } from './context';
import type { Who } from './operate';
import { findSame } from './recheck-owner';
import { startRun } from './start-run';
import type { StartedRun } from './start-run';

export interface RerunOptions extends Who {
  /** The same rerun asked for twice under one requestId is one run. */
  readonly requestId?: string;
  /** How long to wait for a worker's answer, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
}

export async function rerunRun(
  context: Context,
  runId: string,
  cause: Exclude<RerunCause, 'clear'>,
  { by, reason, ...rest }: RerunOptions,
): Promise<StartedRun> {
  const run = await getRun(context.db, runId);
  const dataflow = await findDataflow(context.db, { id: run.dataflowId });
  const asked = { partitionKey: run.partitionKey, rerunOf: runId, cause, by: by ?? context.actor, reason };
  const request = { ...asked, ...rest, dataflow: dataflow.key, requestId: rest.requestId ?? randomUUID() };
  parseStartRequest(request);
  // Before the request: what that makes in between is no rerun by somebody else.
  const latest = await latestRerun(context.db, run.runId);
  const same = rest.requestId === undefined ? undefined : await findSame(context, dataflow, request);
  // Refused here, it costs no workflow; the transaction looks once more.
  if (!same) checkRerun(run, cause, latest);
  try {
    return await startRun(context, dataflow, request);
  } catch (error) {
    if (!(error instanceof AlreadyActiveError)) throw error;
    const { runId: owning } = error.details;
    // All places are taken: no run is in the way.
    if (typeof owning !== 'string') throw error;
    const owner = await findRun(context.db, owning);
    if (owner && !givesWay(owner)) throw error;
    // It waits in the slot's workflow, which hears of it when the rerun has taken its place; or it is gone already, perhaps by this
    // very rerun asked for before.
    return startRun(context, dataflow, request, `dlc-rerun:${runId}`);
  }
}
