// A run that waits: for what, and until when.

import { parseDuration } from '../duration';
import type { Run } from '../model';
import { explain } from '../rule';
import { slotTitle } from '../slot';
import { explainWait } from '../start';
import { missing } from './sources';
import type { WhyFacts } from './types';
import { explainWakeUp } from './wake-up';
import { at, runs } from './words';

export function waiting(facts: WhyFacts, run: Run): string[] {
  const { status, explanation, waitingFor, wakeUp } = facts;
  const since = `Run ${run.runId} of ${slotTitle(run.dataflow, run.slot)} has been waiting since ${at(run.openedAt)}`;
  const limits = [...late(run), ...deadline(run, facts)];
  if (waitingFor && waitingFor.for !== 'sources') {
    return [`${since}: it is ${explainWait(waitingFor, explanation)}.`, ...ready(facts), ...limits];
  }
  if (!explanation) return [`${since}.`];
  const free = wakeUp === null || wakeUp === 'underWay' ? [] : [`It need not wait any more: ${explainWakeUp(facts)}.`];
  if (status !== 'enabled') return [`${since}: its dataflow is ${status}, so it ends cancelled.`, ...free];
  if (explanation.satisfied) return [`${since}. Its rule is met now: ${explainWakeUp(facts)}.`];
  return [`${since}: it is ${explain(explanation)}.`, ...missing(explanation, facts), ...limits, ...free];
}

/** For what is held up although its sources may be there. */
export function ready({ explanation, waitingFor, readyCount }: WhyFacts): string[] {
  if (waitingFor?.for !== 'pause' || !explanation) return [];
  return [
    explanation.satisfied
      ? `Its rule is met: ${runs(readyCount)} ready.`
      : `Its rule isn't met: ${explain(explanation)}.`,
  ];
}

const late = ({ lateAt }: Run): string[] => (lateAt ? [`It is late since ${at(lateAt)}.`] : []);

function deadline({ openedAt, policy }: Run, { explanation, waitingFor, now }: WhyFacts): string[] {
  if (!policy.deadline) return [];
  const { after, action } = policy.deadline;
  const end = new Date(openedAt.getTime() + parseDuration(after, 'deadline.after'));
  if (action === 'expire') return explanation?.satisfied ? [] : [`At ${at(end)} it expires.`];
  if (end > now) return [`At ${at(end)} it starts with what is there.`];
  const then = waitingFor?.for === 'pause' ? 'when the pause is over' : 'as soon as nothing else holds it up';
  return [`Its deadline passed at ${at(end)}: it starts with what is there ${then}.`];
}
