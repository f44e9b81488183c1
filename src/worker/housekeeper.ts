// Sees to it that the lake has its housekeeper, and that some worker holds it: it is bound to a task queue, whose workers may all be
// gone for good. Then the first to notice starts another one on its own. Two at once, for a moment, do no harm.

import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { HOUSEKEEPER } from '../domain/messages';
import { lakeId } from '../store';
import type { Queryable } from '../store';
import { isSame, seenUnheld } from './unheld';
import type { Unheld } from './unheld';

export interface Keeper {
  readonly db: Queryable;
  readonly client: Client;
  readonly taskQueue: string;
  /** Milliseconds between two looks; one that nobody holds at two of them is taken over. */
  readonly takeOverMs: number;
}

/** A look that takes longer has failed. */
const TIMEOUT_MS = 10_000;

/** Looks now, and then again and again until `stop`. Never throws: the system is correct without it. */
export async function keepHousekeeper(
  keeper: Keeper,
  warn: (message: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const stopped = new AbortController();
  let last: Unheld | undefined;
  let isTold = false;

  async function look(): Promise<void> {
    try {
      last = await keeper.client.withDeadline(Date.now() + TIMEOUT_MS, () => seeToIt(keeper, last, warn));
      isTold = false;
    } catch (error) {
      last = undefined;
      if (!isTold)
        warn(`The housekeeper couldn't be started (${String(error)}). Runs go on without it; it is tried again.`);
      isTold = true;
    }
  }

  async function lookOn(): Promise<void> {
    for (;;) {
      await sleep(keeper.takeOverMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      await look();
    }
  }

  await look();
  const looking = lookOn();
  return {
    stop: async () => {
      stopped.abort();
      await looking;
    },
  };
}

/** Returns what to compare the next look with: undefined while somebody holds it. */
async function seeToIt(
  { db, client, taskQueue }: Keeper,
  last: Unheld | undefined,
  warn: (message: string) => void,
): Promise<Unheld | undefined> {
  const workflowId = `dlc-housekeeper:${await lakeId(db)}`;
  const seen = await seenUnheld(client, workflowId);
  if (seen === 'held') return undefined;
  if (seen !== 'none') {
    if (!last || !isSame(seen, last)) return seen;
    warn(`No worker on ${seen.taskQueue} holds the housekeeper: it moves to ${taskQueue}.`);
    await terminate(client, workflowId, seen.runId);
  }
  await client.workflow.start(HOUSEKEEPER, {
    workflowId,
    taskQueue,
    args: [],
    // Another worker may have come first.
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Housekeeper of the lake',
  });
  return undefined;
}

/** The very one that was seen: not what another worker has put in its place meanwhile. */
async function terminate({ workflow }: Client, workflowId: string, runId: string): Promise<void> {
  try {
    await workflow.getHandle(workflowId, runId).terminate('No worker held it: another task queue takes over.');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
