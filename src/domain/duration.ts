// Lengths of time as people write them, for example `24 hours` or `90 min`. (The `ms` package reads them too, but its types
// can't be found from CommonJS.)

import { InvalidArgumentError } from './errors';

const UNITS = [
  { seconds: 86_400, shown: 'd', names: ['d', 'day', 'days'] },
  { seconds: 3_600, shown: 'h', names: ['h', 'hr', 'hrs', 'hour', 'hours'] },
  { seconds: 60, shown: 'min', names: ['m', 'min', 'mins', 'minute', 'minutes'] },
  { seconds: 1, shown: 's', names: ['s', 'sec', 'secs', 'second', 'seconds'] },
  { seconds: 0.001, shown: 'ms', names: ['ms', 'millisecond', 'milliseconds'] },
] as const;

const MAX_MS = 100 * 366 * 86_400_000;

/** Milliseconds. @throws InvalidArgumentError for what is no length of time, none above 0, or longer than a century. */
export function parseDuration(value: unknown, field: string): number {
  const text = typeof value === 'string' ? value : '';
  const [, count, unit] = /^(\d{1,12}(?:\.\d{1,6})?) ?([a-z]+)$/i.exec(text) ?? [];
  const known = UNITS.find(({ names }) => (names as readonly string[]).includes(unit?.toLowerCase() ?? ''));
  const duration = known ? Math.round(Number(count) * known.seconds * 1000) : 0;
  if (duration > 0 && duration <= MAX_MS) return duration;
  throw new InvalidArgumentError(
    `${field} must be a length of time such as '24 hours' or '90 min'. Got ${JSON.stringify(value ?? null).slice(0, 80)}.`,
    { field },
  );
}

/** For people: the two largest units, `1 d 2 h`, `3 min`. */
export function showDuration(milliseconds: number): string {
  let rest = Math.floor(milliseconds / 1000);
  const parts = UNITS.slice(0, 4).flatMap(({ seconds, shown }) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return count > 0 ? [`${String(count)} ${shown}`] : [];
  });
  return parts.slice(0, 2).join(' ') || 'less than 1 s';
}
