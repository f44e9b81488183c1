// What one may ask of the demo.

import { parseArgs } from 'node:util';
import { MONTHS } from './months';

export interface Options {
  readonly help: boolean;
  /** How many, from January on. */
  readonly months: number;
  /** Where the files go; undefined: a temporary folder. */
  readonly lake: string | undefined;
  /** Seconds that the last months' airports come late. */
  readonly late: number;
  /** Leave the servers up at the end, until Ctrl-C. */
  readonly keep: boolean;
}

export const HELP = `npm run demo -- [options]

  --months N    how many months of flights, 1 to ${MONTHS.length} (default: ${MONTHS.length})
  --late N      how many seconds the last months' airport lists come late (default: 3)
  --lake DIR    keep the lake's files there (default: a temporary folder, removed at the end)
  --keep        leave the servers up at the end, until Ctrl-C, to look around in the Temporal UI
  --help        this`;

/** @throws Error that says what is wrong with an option. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      lake: { type: 'string' },
      late: { type: 'string', default: '3' },
      months: { type: 'string', default: String(MONTHS.length) },
    },
  });
  return {
    ...values,
    lake: values.lake,
    months: whole('--months', values.months, 1, MONTHS.length),
    late: whole('--late', values.late, 0, 3600),
  };
}

function whole(name: string, value: string, from: number, to: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= from && number <= to) return number;
  throw new Error(`${name} must be a whole number from ${from} to ${to}, not ${value}.`);
}
