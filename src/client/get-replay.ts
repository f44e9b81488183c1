// How a replay stands: its workflow tells, also once it has ended.

import { RunNotFoundError } from '../domain/errors';
import { MESSAGES } from '../domain/messages';
import type { ReplayOutcome } from '../domain/replay';
import type { Context } from './context';
import { REPLAY_ID } from './replay';
import type { ReplayStarted } from './replay';
import { isGone, toDlcError } from './temporal-errors';

const TIMEOUT_MS = 10_000;

/** @throws RunNotFoundError where Temporal doesn't know it (any more). */
export async function getReplay({ calls, temporal }: Context, replayId: string): Promise<ReplayStarted> {
  if (!REPLAY_ID.test(replayId)) throw noReplay(replayId);
  const doing = `asking for replay ${replayId}`;
  const workflowId = `dlc-replay:${replayId}`;
  try {
    const outcome = await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, () =>
      temporal.workflow.getHandle(workflowId).query<ReplayOutcome>(MESSAGES.status),
    );
    return { ...outcome, workflowId };
  } catch (error) {
    throw isGone(error) ? noReplay(replayId, error) : toDlcError(error, doing);
  }
}

const noReplay = (replayId: string, cause?: unknown): RunNotFoundError =>
  new RunNotFoundError(
    `There is no replay ${replayId}. Check the ID: it is the one that its start returned, and Temporal keeps it for as long as it keeps what has ended.`,
    { replayId },
    { cause },
  );
