// Tells a run that its external job is alive.

import { MESSAGES } from '../domain/messages';
import { runEnded } from '../domain/run-ended';
import { isOpen } from '../domain/run-state';
import { getRun } from '../store';
import type { Context } from './context';
import { isGone, toDlcError } from './temporal-errors';

const TIMEOUT_MS = 10_000;

export async function heartbeatRun(context: Context, runId: string): Promise<void> {
  const run = await getRun(context.db, runId);
  if (!isOpen(run.state)) throw runEnded(run);
  const { calls, temporal } = context;
  const doing = `sending run ${runId} a heartbeat`;
  try {
    await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, () =>
      temporal.workflow.getHandle(run.workflowId).signal(MESSAGES.heartbeat, { runId }),
    );
  } catch (error) {
    if (!isGone(error)) throw toDlcError(error, doing);
    const now = await getRun(context.db, runId);
    throw runEnded(isOpen(now.state) ? { ...now, state: 'orphaned' } : now);
  }
}
