// What somebody outside starts.

import { DAYS } from './graph';
import type { PlannedDataflow } from './graph';

export interface Slot {
  readonly key: string;
  readonly partitionKey: string | undefined;
}

/** Slots that somebody outside starts: sources, and targets that nothing triggers. */
export function slotsToStart(plan: readonly PlannedDataflow[]): Slot[] {
  return plan
    .filter(({ auto }) => !auto)
    .flatMap(({ key, grain }) => partitionsOf(grain).map((partitionKey) => ({ key, partitionKey })));
}

function partitionsOf(grain: PlannedDataflow['grain']): (string | undefined)[] {
  if (grain === 'all') return [undefined];
  return grain === 'day' ? [...DAYS] : [...new Set(DAYS.map((day) => day.slice(0, 'day=2026-01'.length)))];
}
