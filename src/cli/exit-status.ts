// What the shell sees of an error: one exit status per code, fixed for good, since scripts rely on it.

import type { ErrorCode } from '../domain/errors';

export const UNEXPECTED = 1;

/** Ended by Ctrl-C before there was a result, as shells count it. */
export const INTERRUPTED = 130;

export class InterruptedError extends Error {}

/** What was waited for has ended, and not all of it succeeded. */
export const INCOMPLETE = 15;

/** After the result, which is no error's. */
export class IncompleteError extends Error {}

export const EXIT_STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 2,
  NOT_FOUND: 3,
  RUN_NOT_FOUND: 4,
  ALREADY_EXISTS: 5,
  ALREADY_ACTIVE: 6,
  RUN_ALREADY_FINISHED: 7,
  RUN_NOT_STARTED: 8,
  DEPENDENCY_NOT_READY: 9,
  DATAFLOW_DISABLED: 10,
  CYCLE: 11,
  UNAUTHENTICATED: 12,
  PERMISSION_DENIED: 13,
  UNAVAILABLE: 14,
};

/** The table as `dlc --help` shows it. */
export function exitStatusHelp(): string {
  const rows: [number, string][] = [
    [0, 'it worked'],
    [UNEXPECTED, 'an unexpected error'],
    ...Object.entries(EXIT_STATUS).map(([code, status]): [number, string] => [
      status,
      code === 'INVALID_ARGUMENT' ? `${code}, and any wrong use of dlc` : code,
    ]),
    [INCOMPLETE, 'a backfill that was waited for has ended, and not all of it succeeded'],
    [INTERRUPTED, 'interrupted (Ctrl-C) before there was a result'],
  ];
  return rows.map(([status, meaning]) => `  ${String(status).padStart(3)}  ${meaning}`).join('\n');
}
