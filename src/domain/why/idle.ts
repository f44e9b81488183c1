// A slot without an open run: what would start one.

import { explain } from '../rule';
import { slotTitle } from '../slot';
import { explainPause, explainWait } from '../start';
import { missing, suspended, withheldBy } from './sources';
import type { WhyFacts } from './types';
import { ready } from './waiting';
import { runs } from './words';

export function idle(facts: WhyFacts): string[] {
  const { dataflow, slot, status, triggerMode, explanation, sources, waitingFor, blocked } = facts;
  const count = facts.readyCount;
  const title = slotTitle(dataflow, slot);
  if (status !== 'enabled') return [`${title} has no open run: it is ${status}, so nothing can start it.`];
  const how = triggerMode === 'auto' ? 'a finished source starts it' : 'somebody starts it (trigger mode manual)';
  if (waitingFor?.for === 'pause') return [`${title} has no open run: ${explainPause(waitingFor)}.`, ...ready(facts)];
  if (!explanation) return [`${title} has no open run: ${how}.`];
  if (sources.length === 0) return [`${title} has no open run: ${how}. It has no sources, so it may at any time.`];
  if (!explanation.satisfied) {
    return [`${title} has no open run: ${how}, and it is ${explain(explanation)}.`, ...missing(explanation, facts)];
  }
  if (blocked !== null)
    return [`${title} has no open run although its rule is met (${runs(count)} ready): it can't start. ${blocked}`];
  const withheld = [...suspended(sources), ...withheldBy(facts)];
  if (triggerMode === 'manual') {
    const held = waitingFor && waitingFor.for !== 'sources' ? `A start would be ${explainWait(waitingFor, null)}.` : '';
    return [`${title} has no open run: ${how}. Its rule is met: ${runs(count)} ready.`, held, ...withheld];
  }
  return count === 0
    ? [`${title} has no open run: ${how}, and none has finished since its last run.`, ...withheld]
    : [
        `${title} has no open run although its rule is met (${runs(count)} ready): a wake-up is under way, or was lost, or ` +
          `these are what its last run gave back when it failed.`,
      ];
}
