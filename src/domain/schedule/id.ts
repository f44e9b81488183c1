// A dataflow may have several schedules, by name; the one without a name is its usual one.

import { InvalidArgumentError } from '../errors';
import { percentEncode, utf8Length } from '../percent';

export const SCHEDULE_PREFIX = 'dlc:';

/** In UTF-8 bytes, encoded: key and name together fit Temporal's ID, with what the server puts around them. */
const MAX_NAME_BYTES = 200;

/** @throws InvalidArgumentError */
export function checkScheduleName(name: string, field = 'name'): string {
  const fits = name === name.trim() && name.isWellFormed() && utf8Length(percentEncode(name)) <= MAX_NAME_BYTES;
  if (fits) return name;
  throw new InvalidArgumentError(
    `${field} ${JSON.stringify(name.slice(0, 80))} must be text without blanks at its ends, ${String(MAX_NAME_BYTES)} bytes at most.`,
    { field },
  );
}

/** `dlc:KEY`, or `dlc:KEY@NAME`: a key never has an `@`, and may have any other sign that an ID can have. */
export const scheduleId = (key: string, name: string): string => `${SCHEDULE_PREFIX}${withName(key, name)}`;

/** Of what it starts; Temporal appends the time. No slot's: a run that is asked for may have the slot already. */
export const scheduleWorkflowId = (key: string, name: string): string => `dlc-schedule:${withName(key, name)}`;

const withName = (key: string, name: string): string => (name === '' ? key : `${key}@${percentEncode(name)}`);

/** How people read it. */
export const scheduleTitle = (key: string, name: string): string =>
  name === '' ? `the schedule of ${key}` : `the schedule ${name} of ${key}`;
