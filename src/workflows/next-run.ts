// Continuing as new: into the slot's next run, or as the same run when its wait has filled the history.

import { CancelledFailure } from '@temporalio/common';
import { CancellationScope, condition, makeContinueAsNewFunc, sleep, workflowInfo } from '@temporalio/workflow';
import { DATAFLOW_RUN } from '../domain/messages';
import { slotOfWorkflowId } from '../domain/slot';
import { triggeredRequest } from '../domain/start-request';
import type { Patience, StartRequestInput } from '../domain/start-request';
import type { RunSession } from './session';

/** Encodes the request as its sender would: a definition may take its own raw (see `undecoded`). */
const PLAIN = {};

type RunWorkflow = (request: StartRequestInput) => Promise<unknown>;

const asRequest = (request: unknown): Partial<StartRequestInput> =>
  typeof request === 'object' && request !== null ? request : {};

export const isTriggered = (request: unknown): boolean => asRequest(request).triggered === true;

/** Its run was opened by an earlier execution. */
export const isContinued = (request: unknown): boolean => asRequest(request).continuedRunId != null;

/** What its run waits for; undefined: for whatever it lacks. */
export function patienceOf(request: unknown): Patience | undefined {
  const { wait, waitForPlace, replaced } = asRequest(request);
  return waitForPlace === true ? { wait: wait === true, waitForPlace, ...(replaced && { replaced }) } : undefined;
}

/** The next run of the slot: asked for by its queue, so it is a trigger's request. Never returns. */
export async function continueAsNext(session: RunSession, request: unknown): Promise<never> {
  const next = triggeredRequest(...slotToRun(session, request));
  const { opened } = session;
  const workflowType = opened ? (opened.workflowType ?? DATAFLOW_RUN) : workflowInfo().workflowType;
  const taskQueue = opened?.taskQueue ?? workflowInfo().taskQueue;
  return makeContinueAsNewFunc<RunWorkflow>({ workflowType, taskQueue, typeInfo: PLAIN })(next);
}

// Of a run that wasn't opened, the workflow ID tells whom the wake-up was for: its request may name anything, or nothing.
function slotToRun({ opened }: RunSession, request: unknown): [dataflow: string | number, slot: string] {
  if (opened) return [opened.dataflow, opened.slot];
  const slot = slotOfWorkflowId(workflowInfo().workflowId);
  if (slot) return [slot.key, slot.partition];
  const { dataflow, partitionKey } = asRequest(request);
  return [dataflow ?? '', partitionKey ?? ''];
}

/** Whether this execution's workflow can be started anew with a request: another's arguments are known to itself alone. */
export function takesRequestAlone({ run }: RunSession): boolean {
  const { workflowType } = workflowInfo();
  return workflowType === DATAFLOW_RUN || workflowType === run.workflowType;
}

/**
 * The same run, with an empty history: it keeps its `runId`. Never returns, unless something has come that is needed to be
 * done first.
 */
export async function continueAsSame(
  session: RunSession,
  request: unknown,
  isNeeded: () => boolean = () => false,
): Promise<void> {
  // A cancel that came along with the wake-up is seen only now.
  await sleep(1);
  session.continuing = true;
  await CancellationScope.nonCancellable(() => condition(() => !session.isAnswering || isNeeded()));
  if (isNeeded()) {
    session.continuing = false;
    return;
  }
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The run was cancelled.');
  const { runId, job } = session.run;
  // Its job goes on, whatever its dataflow has been registered with since.
  const continued = { ...asRequest(request), continuedRunId: runId, continuedJob: job } as StartRequestInput;
  await makeContinueAsNewFunc<RunWorkflow>({ typeInfo: PLAIN })(continued);
}
