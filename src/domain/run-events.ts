// What happened to a run, and who wanted it.

import type { JsonObject } from './json';
import { RUN_STATES } from './run-state';

export interface RunEventRecord {
  /** A state that the run entered, or what else happened to it: `retry`, `replay`, `clear`, `cancel`, `late`, … */
  readonly event: string;
  readonly at: Date;
  /** Null where nobody was named, and where nobody asked. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly detail: JsonObject;
}

/** Who asked for the run, and why; undefined where nobody was named. */
export function askedFor(
  events: readonly RunEventRecord[],
): { readonly by: string | null; readonly reason: string | null } | undefined {
  const [first] = events;
  return first && (first.by !== null || first.reason !== null) ? first : undefined;
}

/** What its row doesn't tell: all but the states that it went through. */
export function happened(events: readonly RunEventRecord[]): RunEventRecord[] {
  const states: readonly string[] = RUN_STATES;
  return events.filter(({ event }) => !states.includes(event));
}
