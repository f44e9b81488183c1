// Shows what the housekeeper would heal, and has it healed on demand.

import { randomUUID } from 'node:crypto';
import type { Findings } from '../domain/finding';
import { readHealing } from '../domain/healing';
import type { Healing } from '../domain/healing';
import { HEALING } from '../domain/messages';
import { find } from '../health/find';
import { findUnmeetable } from '../health/unmeetable';
import type { Context } from './context';
import { toDlcError } from './temporal-errors';

export interface DoctorOptions {
  /** What is younger, in milliseconds, is left alone. Default: 15,000; of a worker that heals: its own. */
  readonly graceMs?: number;
  /** How long it may take, in milliseconds. Default: ten minutes. */
  readonly timeoutMs?: number;
}

const TEN_MINUTES = 600_000;

/** Changes nothing. */
export async function examine(context: Context, options: DoctorOptions = {}): Promise<Findings> {
  const { calls, temporal, db } = context;
  const doing = 'looking over the lake';
  const look = { db, client: temporal, graceMs: options.graceMs ?? 15_000, progress: () => undefined };
  return calls
    .run(temporal, Date.now() + (options.timeoutMs ?? TEN_MINUTES), doing, async () => {
      const found = await find(look);
      return { ...found, findings: [...found.findings, ...(await findUnmeetable(db, look.graceMs))] };
    })
    .catch((error: unknown) => {
      throw toDlcError(error, doing);
    });
}

/** Returns what a worker healed, and what it couldn't. */
export async function healOnDemand(context: Context, options: DoctorOptions = {}): Promise<Healing> {
  const { calls, temporal, taskQueue } = context;
  const doing = 'healing';
  const { graceMs, timeoutMs = TEN_MINUTES } = options;
  return calls
    .run(temporal, Date.now() + timeoutMs, doing, () =>
      temporal.workflow.execute<(options: { graceMs?: number }) => Promise<Healing>>(HEALING, {
        workflowId: `dlc-healing:${randomUUID()}`,
        taskQueue,
        args: [graceMs === undefined ? {} : { graceMs }],
        staticSummary: `Healing on demand, by ${context.actor}`,
      }),
    )
    .then(readHealing)
    .catch((error: unknown) => {
      throw toDlcError(error, doing);
    });
}
