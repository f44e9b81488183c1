// What people did to a run.

import type { OperationKind } from '../operation';
import type { Run } from '../model';
import type { WhyFacts, WhyOperation } from './types';
import { at, byWhom } from './words';

const STOPPED: Partial<Record<OperationKind, string>> = { cancelRun: 'cancelled', clearRun: 'cleared' };

/** `, cancelled by ann (because)`: of a run that ended since somebody wanted it to. */
export function stoppedBy({ operations, turnedOff }: WhyFacts, run: Run): string {
  const stops = operations
    .filter((operation) => isItsEnd(operation, run))
    // Who asked first: a cancel is asked for again where the run's workflow doesn't answer.
    .filter(({ kind }, index, every) => every.findIndex((other) => other.kind === kind) === index)
    .map(stopped);
  const off = turnedOff ? [`since its dataflow was ${turnedOff.status}${byWhom(turnedOff)}`] : [];
  return [...stops, ...off].map((how) => `, ${how}`).join('');
}

/** What else was done: to a run that goes on, that ended otherwise, or that had ended. */
export function doneTo({ operations }: WhyFacts, run: Run): string[] {
  return operations.flatMap((operation) => {
    if (operation.kind === 'acceptRun')
      return [`Its end was accepted${byWhom(operation)} after its lease had expired.`];
    return isItsEnd(operation, run) ? [] : [`It was ${stopped(operation)} at ${at(operation.at)}.`];
  });
}

const stopped = (operation: WhyOperation): string => `${STOPPED[operation.kind] ?? operation.kind}${byWhom(operation)}`;

const isItsEnd = ({ kind, at: time }: WhyOperation, { state, endedAt }: Run): boolean =>
  kind in STOPPED && (state === 'cancelled' || state === 'orphaned') && endedAt !== null && time <= endedAt;
