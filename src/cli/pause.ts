// A pause in words: of a dataflow, of its zone, or none.

import type { Dataflow } from '../domain/model';
import type { Pause } from '../domain/start';
import { showTime } from '../domain/time';

/** `enabled`, `paused`, `zone paused` … */
export function statusWord({ status, pause }: Pick<Dataflow, 'status' | 'pause'>): string {
  if (status !== 'enabled' || !pause) return status;
  return pause.scope === 'zone' ? 'zone paused' : 'paused';
}

/** `since 2019-01-01 06:00:00 UTC by ann (migration), with its zone rz` */
export function describePause({ scope, name, since, by, reason }: Pause): string {
  const why = reason === null ? '' : ` (${reason})`;
  return `since ${showTime(since)} by ${by}${why}${scope === 'zone' ? `, with its zone ${name}` : ''}`;
}
