// A schedule that never fires is refused before anything is changed. When one fires only the server can say: its calendar and
// its cron expressions have rules of their own (day of month AND day of week). So it is asked, with a paused schedule that is thrown
// away at once.

import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { InvalidArgumentError } from '../../domain/errors';
import type { ScheduleSpec } from '../../domain/schedule';
import { temporalSpec } from './options';

/** @throws InvalidArgumentError naming the entry that never fires, or that the server can't read. */
export async function checkFires(temporal: Client, spec: ScheduleSpec): Promise<void> {
  if (spec.endAt !== null && spec.endAt <= new Date().toISOString()) {
    throw refused('endAt', `endAt ${spec.endAt} is over`);
  }
  const fault = await ask(temporal, spec);
  const parts = partsOf(spec);
  if (fault === undefined && parts.length === 1) return;
  if (fault?.includes('time zone')) throw refused('timeZone', `timeZone: ${fault}`);
  // Of several entries each must fire: one that doesn't is a slip, even where the others do.
  for (const { field, shown, only } of parts) {
    const own = await ask(temporal, only);
    if (own !== undefined) throw refused(field, `${field} ${shown}: ${own}`);
  }
  // Each by itself does; what leaves out all of it is the rest.
  if (fault !== undefined) throw refused(spec.skip.length > 0 ? 'skip' : 'endAt', fault);
}

const refused = (field: string, why: string): InvalidArgumentError =>
  new InvalidArgumentError(`The schedule is refused: ${why}.`, { field });

interface Part {
  readonly field: string;
  readonly shown: string;
  /** The schedule with this entry alone. */
  readonly only: ScheduleSpec;
}

function partsOf(spec: ScheduleSpec): Part[] {
  const none = { ...spec, cron: [], interval: [], calendar: [], skip: [] };
  return (['cron', 'interval', 'calendar'] as const).flatMap((kind) =>
    spec[kind].map((one, at, all) => ({
      field: all.length === 1 ? kind : `${kind}.${String(at)}`,
      shown: JSON.stringify(one),
      only: { ...none, [kind]: [one] },
    })),
  );
}

/** What is wrong with it; undefined: it fires. */
async function ask({ schedule }: Client, spec: ScheduleSpec): Promise<string | undefined> {
  const handle = await schedule
    .create({
      scheduleId: `dlc-check:${randomUUID()}`,
      spec: temporalSpec(spec),
      action: { type: 'startWorkflow', workflowType: 'none', taskQueue: 'none', args: [] },
      state: { paused: true, note: 'Asks when a schedule fires; may be deleted.' },
    })
    .catch((error: unknown) => {
      // What the client makes of a spec that the server refuses.
      if (error instanceof TypeError) return error.message;
      throw error;
    });
  if (typeof handle === 'string') return handle;
  try {
    const { info } = await handle.describe();
    return info.nextActionTimes.length > 0 ? undefined : 'it never fires';
  } finally {
    await handle.delete();
  }
}
