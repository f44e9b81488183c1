// What ended the gathering of a run that has started: the other side of `debounce`, told from what the run claimed.

import { parseDuration } from '../duration';
import type { ReadyRow } from './decision';
import type { StartPolicy } from './policy';

/** `quiet`: no more had come for as long as `debounce` says. */
export type Gathered = 'quiet' | 'maxWait' | 'maxSources';

/** Null: nothing held it up so, or something else ended that (its deadline, for example). */
export function gatheredUntil(
  {
    triggered,
    policy,
    startedAt,
  }: { readonly triggered: boolean; readonly policy: StartPolicy; readonly startedAt: Date },
  claimed: readonly Pick<ReadyRow, 'readyAt'>[],
): Gathered | null {
  const { debounce, maxWait, maxSources } = policy;
  if (!triggered || debounce === null || claimed.length === 0) return null;
  if (maxSources !== null && claimed.length >= maxSources) return 'maxSources';
  const times = claimed.map(({ readyAt }) => readyAt.getTime());
  const since = (time: number): number => startedAt.getTime() - time;
  if (since(times.reduce((a, b) => Math.max(a, b))) >= parseDuration(debounce, 'debounce')) return 'quiet';
  if (maxWait === null) return null;
  return since(times.reduce((a, b) => Math.min(a, b))) >= parseDuration(maxWait, 'maxWait') ? 'maxWait' : null;
}
