// The built-in workflow type `dataflowReplay`: a run and everything that was made of it, once more and in order. What the new runs
// leave is withheld from everybody else until it has ended, so that no target runs twice.

import { ApplicationFailure } from '@temporalio/common';
import { allHandlersFinished, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import { DlcError } from '../domain/errors';
import type { RunId } from '../domain/ids';
import { optional, parseInput, text } from '../domain/parse';
import type { ReplayOutcome } from '../domain/replay';
import { readReplay } from './activities';
import { toFailure } from './failures';
import { plannedUpdate, replayQuery } from './messages';
import { ReplaySession } from './replay-session';
import { runSteps } from './replay-steps';
import { decode } from './undecoded';

const requestSchema = z.object({
  runId: text('runId', 36),
  by: text('by', 255),
  reason: optional(text('reason', 4096)),
});

export async function dataflowReplay(received: unknown): Promise<ReplayOutcome> {
  const session = new ReplaySession(workflowInfo().workflowId.replace(/^dlc-replay:/, ''));
  setHandler(replayQuery, () => session.outcome());
  setHandler(plannedUpdate, async () => {
    await condition(() => session.plan !== undefined || session.refusal !== undefined);
    if (session.refusal) throw toFailure(session.refusal);
    return session.outcome();
  });
  try {
    const { runId, ...asked } = parseInput(requestSchema, decode(received, 'The replay'), 'The replay');
    const plan = await readReplay(runId as RunId);
    session.begin(plan);
    await runSteps(session, plan, asked);
  } catch (error) {
    if (!(error instanceof DlcError)) throw error;
    session.refusal = error;
    await condition(allHandlersFinished);
    throw toFailure(error);
  }
  const failed = session.outcome().steps.filter((step) => step.state !== 'success');
  if (failed.length === 0) return session.outcome();
  throw ApplicationFailure.nonRetryable(
    `${String(failed.length)} runs weren't replayed.`,
    'REPLAY_INCOMPLETE',
    session.outcome(),
  );
}
