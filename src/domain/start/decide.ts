// Decides whether a run may start now. Pure: the same facts give the same answer, whether the run opens, waits, or somebody
// asks why.

import { brief } from '../brief';
import { parseDuration, showDuration } from '../duration';
import { evaluateRule, explain } from '../rule';
import type { ReadyRow, StartDecision, StartFacts } from './decision';
import { selectClaim } from './select';
import type { WaitReason } from './wait-reason';

/**
 * First what ends a waiting run (its dataflow is off, its deadline is over), then what holds up every run (a pause), then its
 * sources, then what delays a run that has them (debounce, a place among the runs at once).
 */
export function decideStart<Row extends ReadyRow>(facts: StartFacts<Row>): StartDecision<Row> {
  const { now, policy, dataflow, status, pause, sources, ready, places } = facts;
  const { newest, leftOut } = facts;
  const { satisfied, counted, explanation } = evaluateRule(facts.rule, sources, ready, newest, leftOut);
  const late = isLate(facts);
  const end = (state: 'expired' | 'cancelled', message: string): StartDecision<Row> => ({
    kind: 'end',
    state,
    message,
    explanation,
    late,
  });
  const wait = (reason: WaitReason, until: Date | null = null): StartDecision<Row> => ({
    kind: 'wait',
    reason,
    lookAt: earliest(now, [until, deadlineOf(facts), late ? null : startByOf(facts)]),
    explanation,
    late,
  });

  if (status !== 'enabled') return end('cancelled', `${dataflow} is ${status}.`);
  const deadline = deadlineOf(facts);
  const over = deadline !== null && deadline <= now;
  if (over && policy.deadline?.action === 'expire' && !satisfied) {
    const after = showDuration(parseDuration(policy.deadline.after, ''));
    return end('expired', `It didn't start within ${after}: it was ${brief(explain(explanation))}.`);
  }
  if (pause) return wait({ for: 'pause', ...pause, since: pause.since.toISOString() });
  if (!satisfied && !over) return wait({ for: 'sources' });
  const quietAt = over || facts.inLine ? null : quietFrom(facts, counted);
  if (quietAt && quietAt > now) {
    return wait({ for: 'quiet', ready: counted.length, until: quietAt.toISOString() }, quietAt);
  }
  if (places && places.ahead >= places.limit - places.running) return wait({ for: 'place', ...places });
  return {
    kind: 'start',
    claim: selectClaim(facts.rule, sources, counted, explanation, policy.maxSources),
    because: satisfied ? 'rule' : 'deadline',
    explanation,
    late,
  };
}

/** When the slot has gathered enough; null: now. A person who asked for a run doesn't want it gathered. */
function quietFrom({ triggered, policy }: StartFacts<ReadyRow>, ready: readonly ReadyRow[]): Date | null {
  const { debounce, maxWait, maxSources } = policy;
  if (!triggered || debounce === null || ready.length === 0) return null;
  if (maxSources !== null && ready.length >= maxSources) return null;
  const times = ready.map(({ readyAt }) => readyAt.getTime());
  const quiet = times.reduce((a, b) => Math.max(a, b)) + parseDuration(debounce, 'debounce');
  const longest =
    maxWait === null ? Infinity : times.reduce((a, b) => Math.min(a, b)) + parseDuration(maxWait, 'maxWait');
  return new Date(Math.min(quiet, longest));
}

function deadlineOf({ openedAt, policy }: StartFacts<ReadyRow>): Date | null {
  return policy.deadline && after(openedAt, policy.deadline.after);
}

function startByOf({ openedAt, policy, toldLate }: StartFacts<ReadyRow>): Date | null {
  return policy.startBy === null || toldLate ? null : after(openedAt, policy.startBy);
}

function isLate(facts: StartFacts<ReadyRow>): boolean {
  const startBy = startByOf(facts);
  return startBy !== null && startBy <= facts.now;
}

const after = (from: Date, duration: string): Date => new Date(from.getTime() + parseDuration(duration, ''));

function earliest(now: Date, times: readonly (Date | null)[]): Date | null {
  const coming = times.filter((time): time is Date => time !== null && time > now);
  return coming.length === 0 ? null : new Date(Math.min(...coming.map((time) => time.getTime())));
}
