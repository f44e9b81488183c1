// What a run waits for, on one line for people.

import { explain } from '../rule';
import type { Explanation } from '../rule';
import { showTime } from '../time';
import type { Pause, WaitReason } from './wait-reason';

export function explainWait(reason: WaitReason, explanation: Explanation | null): string {
  switch (reason.for) {
    case 'sources':
      return explanation ? explain(explanation) : 'waiting for its sources';
    case 'quiet':
      return `waiting for more: ${count(reason.ready, 'source run')} ready, gathering until ${showTime(reason.until)} unless more come`;
    case 'place': {
      const { limit, running, ahead } = reason;
      const line = ahead === 0 ? '' : `, with ${String(ahead)} before it`;
      return `waiting for a place: ${String(running)} of ${count(limit, 'run')} at once are running${line}`;
    }
    case 'pause':
      return `paused: ${explainPause(reason)}`;
  }
}

/** `zone rz is paused since … by ops (migration)` */
export function explainPause({
  scope,
  name,
  since,
  by,
  reason,
}: Omit<Pause, 'since'> & { readonly since: Date | string }): string {
  const why = reason === null ? '' : ` (${reason})`;
  return `${scope === 'zone' ? 'zone ' : ''}${name} is paused since ${showTime(since)} by ${by}${why}`;
}

const count = (number: number, one: string): string =>
  `${number.toLocaleString('en-US')} ${one}${number === 1 ? '' : 's'}`;
