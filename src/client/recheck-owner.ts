// What MySQL tells a start: of the run that its requestId has opened before, and of the one that has its slot.

import { AlreadyActiveError } from '../domain/errors';
import type { Dataflow, Run } from '../domain/model';
import { toSourceRun } from '../domain/protocol';
import type { StartInfo } from '../domain/protocol';
import { isOpen } from '../domain/run-state';
import { checkSameStart } from '../domain/same-start';
import type { AskedStart } from '../domain/same-start';
import { slotOf } from '../domain/slot';
import type { StartRequestInput } from '../domain/start-request';
import { claimedRows, findRun, findRunByRequest } from '../store';
import type { Context } from './context';
import { EndingError, toDlcError } from './temporal-errors';
import { wakeWorkflow } from './wake-workflow';

/**
 * It may be this start's own run that has it or had it: a repetition gets its run, whoever came after it.
 * And the run that its workflow takes for open may have ended in MySQL: the message that ended it was lost with the workflow
 * task that took it. A wake-up makes the workflow look, and the start is worth another try.
 */
export async function recheckOwner(
  context: Context,
  dataflow: Dataflow,
  request: StartRequestInput & { readonly requestId: string },
  woken: Set<string>,
  error: unknown,
): Promise<StartInfo> {
  const refusal = toDlcError(error, '');
  if (!(refusal instanceof AlreadyActiveError)) throw error;
  const same = await findSame(context, dataflow, request);
  if (same) return startInfo(context, same);
  const { runId, workflowId } = refusal.details;
  const owner = await findRun(context.db, String(runId));
  if (!owner || isOpen(owner.state)) throw error;
  // Once: every signal is a line in its history.
  if (!woken.has(owner.runId)) await wakeWorkflow(context, String(workflowId));
  woken.add(owner.runId);
  throw new EndingError('The slot has just been given free.');
}

/** How a start stands whose run has ended: there is nobody left to ask. */
export async function endedStart(
  context: Context,
  dataflow: Dataflow,
  request: StartRequestInput & { readonly requestId: string },
): Promise<StartInfo | undefined> {
  const same = await findSame(context, dataflow, request);
  return same && !isOpen(same.state) ? startInfo(context, same) : undefined;
}

/** The run that the requestId has opened before. @throws InvalidArgumentError when that was for something else. */
export async function findSame(
  { db }: Context,
  dataflow: Dataflow,
  request: StartRequestInput & { readonly requestId: string },
): Promise<Run | undefined> {
  const same = await findRunByRequest(db, dataflow.id, request.requestId);
  if (same) checkSameStart(same, askedStart(dataflow, request), request.requestId);
  return same;
}

/** What a start is for, as its run will keep it. */
function askedStart(dataflow: Dataflow, { partitionKey, rerunOf = null, cause = null }: StartRequestInput): AskedStart {
  return { slot: slotOf(dataflow, partitionKey), rerunOf, cause };
}

async function startInfo({ db }: Context, run: Run): Promise<StartInfo> {
  const { runId, dataflowId, dataflow, workflowId, partitionKey, state } = run;
  const sources = (await claimedRows(db, runId)).map(toSourceRun);
  return { runId, dataflowId, dataflow, workflowId, partitionKey, state, sources, sourceCount: sources.length };
}
