// Time zones by their IANA names: what a zone's clock shows at a time.

import { InvalidArgumentError } from '../errors';

// `+01:00` is a zone for some versions of Node, and for no Temporal server.
const NAME = /^[A-Za-z][\w+/-]*$/;

/** @throws InvalidArgumentError for a name that this machine's calendar doesn't know. */
export function checkTimeZone(timeZone: string, field = 'timeZone'): string {
  if (NAME.test(timeZone) && formatter(timeZone)) return timeZone;
  throw new InvalidArgumentError(
    `${field} ${JSON.stringify(timeZone.slice(0, 80))} is no time zone: write its IANA name, such as Europe/Berlin or UTC.`,
    { field },
  );
}

/** What the zone's clock shows, as if it were UTC. @throws InvalidArgumentError */
export function localTime(at: Date, timeZone: string): Date {
  if (timeZone === 'UTC') return at;
  const shown = formatter(checkTimeZone(timeZone))?.formatToParts(at) ?? [];
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = (
    ['year', 'month', 'day', 'hour', 'minute'] as const
  ).map((type) => Number(shown.find((part) => part.type === type)?.value));
  return new Date(Date.UTC(year, month - 1, day, hour, minute));
}

function formatter(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  } catch {
    return undefined;
  }
}
