// Continuing as new: into the slot's next run, or as the same run when its wait has filled the history.

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  workflowInfo,
} from '@temporalio/workflow';
import { DATAFLOW_RUN } from '../domain/messages';
import { triggeredRequest } from '../domain/start-request';
import type { StartRequestInput } from '../domain/start-request';
import type { RunSession } from './session';

type RunWorkflow = (request: StartRequestInput) => Promise<unknown>;

const asRequest = (request: unknown): Partial<StartRequestInput> =>
  typeof request === 'object' && request !== null ? request : {};

export const isTriggered = (request: unknown): boolean => asRequest(request).triggered === true;

/** The next run of the slot: asked for by its queue, so it is a trigger's request. Never returns. */
export async function continueAsNext(session: RunSession, request: unknown): Promise<never> {
  const { dataflow, partitionKey } = asRequest(request);
  const { opened } = session;
  const next = triggeredRequest(opened?.dataflow ?? dataflow ?? '', opened?.slot ?? partitionKey ?? '');
  const workflowType = opened ? (opened.workflowType ?? DATAFLOW_RUN) : workflowInfo().workflowType;
  return makeContinueAsNewFunc<RunWorkflow>({ workflowType })(next);
}

/** The same run, with an empty history: it keeps its `runId`. Never returns. */
export async function continueWaiting(session: RunSession, request: unknown): Promise<never> {
  session.continuing = true;
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  const continued = { ...asRequest(request), continuedRunId: session.run.runId } as StartRequestInput;
  return makeContinueAsNewFunc<RunWorkflow>()(continued);
}
