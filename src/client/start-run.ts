// Starts a run: one round trip to Temporal, which starts the slot's workflow and returns once it has claimed its sources.

import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { MESSAGES } from '../domain/messages';
import type { Dataflow, Run } from '../domain/model';
import { toSourceRun } from '../domain/protocol';
import type { SourceRun, StartInfo } from '../domain/protocol';
import { slotTitle } from '../domain/slot';
import { parseStartRequest } from '../domain/start-request';
import type { StartRequestInput } from '../domain/start-request';
import { AlreadyActiveError } from '../domain/errors';
import { isOpen } from '../domain/run-state';
import { claimedRows, findRun, findRunByRequest } from '../store';
import { slotStart } from '../temporal/slot-start';
import type { Context } from './context';
import { EndingError, isGone, toDlcError } from './temporal-errors';
import { untilAnswered } from './until-answered';

export interface StartOptions extends Omit<StartRequestInput, 'dataflow' | 'triggered' | 'continuedRunId'> {
  /** How long to wait for a worker's answer, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
}

export interface StartedRun extends Omit<StartInfo, 'sources'> {
  /** What the run consumes, oldest first. */
  readonly dataflowQueueList: readonly SourceRun[];
}

export async function startRun(context: Context, dataflow: Dataflow, options: StartOptions): Promise<StartedRun> {
  const { timeoutMs = 30_000, ...rest } = options;
  const requestId = rest.requestId ?? randomUUID();
  const request = { ...rest, dataflow: dataflow.key, requestId };
  parseStartRequest(request);
  const woken = new Set<string>();
  const doing = `starting ${slotTitle(dataflow.key, rest.partitionKey ?? null)}`;
  const { sources, ...started } = await untilAnswered(context, Date.now() + timeoutMs, doing, () =>
    updateWithStart(context, dataflow, request).catch((error: unknown) =>
      recheckOwner(context, dataflow, requestId, woken, error),
    ),
  );
  const all = started.sourceCount > sources.length ? await claimedRows(context.db, started.runId) : undefined;
  return { ...started, dataflowQueueList: all ? all.map(toSourceRun) : sources };
}

/**
 * The slot is taken. It may be this start's own run that has it or had it: a repetition gets its run, whoever came after it.
 * And the run that its workflow takes for open may have ended in MySQL: the message that ended it was lost with the workflow
 * task that took it. A wake-up makes the workflow look, and the start is worth another try.
 */
async function recheckOwner(
  context: Context,
  dataflow: Dataflow,
  requestId: string,
  woken: Set<string>,
  error: unknown,
): Promise<StartInfo> {
  const refusal = toDlcError(error, '');
  if (!(refusal instanceof AlreadyActiveError)) throw error;
  const same = await findRunByRequest(context.db, dataflow.id, requestId);
  if (same) return startInfo(context, same);
  const { runId, workflowId } = refusal.details;
  const owner = await findRun(context.db, String(runId));
  if (!owner || isOpen(owner.state)) throw error;
  // Once: every signal is a line in its history.
  if (!woken.has(owner.runId)) await signalUnlessGone(context, String(workflowId));
  woken.add(owner.runId);
  throw new EndingError('The slot has just been given free.');
}

async function signalUnlessGone({ temporal }: Context, workflowId: string): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId).signal(MESSAGES.sourceFinished);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function startInfo({ db }: Context, run: Run): Promise<StartInfo> {
  const { runId, dataflowId, dataflow, workflowId, partitionKey, state } = run;
  const sources = (await claimedRows(db, runId)).map(toSourceRun);
  return { runId, dataflowId, dataflow, workflowId, partitionKey, state, sources, sourceCount: sources.length };
}

function updateWithStart(
  { temporal, searchAttributes, taskQueue }: Context,
  dataflow: Dataflow,
  request: StartRequestInput & { requestId: string },
): Promise<StartInfo> {
  const partition = request.partitionKey ?? null;
  const slot = {
    ...dataflow,
    slot: dataflow.partitioned ? (partition ?? '') : '',
    taskQueue: dataflow.taskQueue ?? taskQueue,
  };
  return searchAttributes.with({ dataflow: dataflow.key, partition }, async (attributes) => {
    const { workflowType, options } = slotStart(slot, request, attributes);
    const startWorkflowOperation = new WithStartWorkflowOperation(workflowType, options);
    return temporal.workflow.executeUpdateWithStart<Workflow, StartInfo, [unknown]>(MESSAGES.startedRun, {
      args: [{ requestId: request.requestId }],
      updateId: `start:${request.requestId}`,
      startWorkflowOperation,
    });
  });
}
