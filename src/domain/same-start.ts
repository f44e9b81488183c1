// "The same start asked for twice is one": under one requestId, what makes two starts the same. Pure.

import { InvalidArgumentError } from './errors';
import type { RerunCause, Run } from './model';
import { slotTitle } from './slot';

/** What a start is for. */
export interface AskedStart {
  readonly slot: string;
  readonly rerunOf: string | null;
  readonly cause: RerunCause | null;
}

type Opened = Pick<Run, 'runId' | 'dataflow' | 'slot' | 'rerunOf' | 'cause'>;

/** Of a run that the requestId opened before. @throws InvalidArgumentError when that one was for something else. */
export function checkSameStart(opened: Opened, asked: AskedStart, requestId: string): void {
  if (opened.slot === asked.slot && isSameRerun(opened, asked)) return;
  throw otherStart(`${purpose(opened)} ${slotTitle(opened.dataflow, opened.slot)}`, opened.runId, requestId);
}

export function otherStart(what: string, runId: string, requestId: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `The requestId ${requestId} was for ${what} already, as run ${runId}. Give every start, retry and replay its own.`,
    { field: 'requestId', runId },
  );
}

type Rerun = Pick<AskedStart, 'rerunOf' | 'cause'>;

export const isSameRerun = (one: Rerun, other: Rerun): boolean =>
  one.rerunOf === other.rerunOf && causeOf(one) === causeOf(other);

/** As a rerun takes it: what is no replay is a retry. */
export const causeOf = ({ rerunOf, cause }: Rerun): Exclude<RerunCause, 'clear'> | null =>
  rerunOf === null ? null : cause === 'replay' ? 'replay' : 'retry';

const purpose = (start: Rerun): string =>
  start.rerunOf === null ? 'a start of' : `a ${String(causeOf(start))} of run ${start.rerunOf} of`;
