// A slot without an open run: what would start one, and what would keep it from starting.

import { explain } from '../rule';
import { slotTitle } from '../slot';
import { explainPause, explainWait } from '../start';
import { givenBack, unconsumed } from './given-back';
import { missing, suspended, unrelated, withheldBy } from './sources';
import type { WhyFacts } from './types';
import { ready } from './waiting';
import { at, byWhom, runs } from './words';

export function idle(facts: WhyFacts): string[] {
  const { dataflow, slot, status, explanation, waitingFor, blocked, readyCount, turnedOff } = facts;
  const none = `${slotTitle(dataflow, slot)} has no open run`;
  if (status !== 'enabled') {
    const by = turnedOff ? ` since ${at(turnedOff.at)}${byWhom(turnedOff)}` : '';
    return [`${none}: it is ${status}${by}, so nothing can start it.`];
  }
  if (waitingFor?.for === 'pause') {
    const paused = `${none}: ${explainPause(waitingFor)}.`;
    return [paused, ...ready(facts), ...(explanation ? unrelated(explanation) : []), cant(facts)];
  }
  if (!explanation) return [`${none}: ${how(facts)}.`];
  if (!explanation.satisfied) {
    return [`${none}: ${how(facts)}, and it is ${explain(explanation)}.`, ...missing(explanation, facts), cant(facts)];
  }
  if (facts.sources.length === 0) return [`${none}: ${how(facts)}.`, free(facts)];
  if (blocked !== null)
    return [`${none} although its rule is met (${runs(readyCount)} ready): it can't start. ${blocked}`];
  const withheld = [...suspended(facts.sources), ...withheldBy(facts)];
  if (facts.triggerMode === 'manual') {
    const met = `${none}: ${how(facts)}. Its rule is met: ${runs(readyCount)} ready.`;
    return [met, ...givenBack(facts), place(facts), ...withheld];
  }
  if (readyCount === 0) return [`${none}: ${how(facts)}, and none has finished since its last run.`, ...withheld];
  return [`${none} although its rule is met (${runs(readyCount)} ready): ${unconsumed(facts)}`, place(facts)];
}

const how = ({ triggerMode }: WhyFacts): string =>
  triggerMode === 'auto' ? 'a finished source starts it' : 'somebody starts it (trigger mode manual)';

/** What a start of a dataflow without sources would come to. */
function free(facts: WhyFacts): string {
  const inTheWay = cant(facts) || place(facts);
  if (inTheWay !== '') return `It has no sources. ${inTheWay}`;
  return facts.triggerMode === 'manual'
    ? 'It has no sources, so it may at any time.'
    : 'It has no sources, so nothing does; somebody may at any time.';
}

const cant = ({ blocked }: WhyFacts): string => (blocked === null ? '' : `It can't start in this slot: ${blocked}`);

/** What a start would wait for although its sources are there. */
function place({ waitingFor }: WhyFacts): string {
  return waitingFor && waitingFor.for !== 'sources' ? `A start would be ${explainWait(waitingFor, null)}.` : '';
}
