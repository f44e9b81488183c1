// What became of the sources that are waited for.

import { leavesOf } from '../rule';
import type { Explanation } from '../rule';
import { isOpen } from '../run-state';
import { explainHolder } from '../withheld';
import type { WhyFacts, WhySource } from './types';
import { at, NAMED, runs } from './words';

export function missing(explanation: Explanation, facts: WhyFacts): string[] {
  const { sources } = facts;
  const byKey = new Map(sources.map((source) => [source.source, source]));
  const unmet = leavesOf(explanation).filter((leaf) => !leaf.satisfied && !leaf.leftOut);
  const told = unmet.slice(0, NAMED).map(({ source }) => {
    const known = byKey.get(source);
    return known ? `${source} ${became(known)}.` : '';
  });
  const more = unmet.length > NAMED ? `And ${String(unmet.length - NAMED)} more.` : '';
  return [...told, more, ...suspended(sources), ...withheldBy(facts)];
}

function became({ newest, lastRun }: WhySource): string {
  const last =
    !lastRun || lastRun.runId === newest?.sourceRunId
      ? ''
      : isOpen(lastRun.state)
        ? `; its run ${lastRun.runId} is ${lastRun.state} since ${at(lastRun.at)}`
        : `; its last run ${lastRun.runId} ended ${lastRun.state} at ${at(lastRun.at)}`;
  if (!newest) return lastRun ? `has finished no run for it${last}` : 'never ran';
  const { claimedBy, withheld } = newest;
  const free = withheld ? 'is withheld' : 'is ready';
  const claimed = claimedBy ? `was consumed by run ${claimedBy.runId} (${claimedBy.state})` : free;
  return `finished its newest run ${newest.sourceRunId} at ${at(newest.readyAt)}, which ${claimed}${last}`;
}

export function suspended(sources: readonly WhySource[]): string[] {
  return sources.flatMap(({ source, suspendedAt, suspendedBy, suspendReason }) => {
    if (!suspendedAt) return [];
    const by = suspendedBy === null ? '' : ` by ${suspendedBy}`;
    const reason = suspendReason === null ? '' : ` (${suspendReason})`;
    return [`${source} is left out: its relation was suspended at ${at(suspendedAt)}${by}${reason}.`];
  });
}

export function withheldBy({ withheld }: WhyFacts): string[] {
  return withheld.map(
    ({ by, count }) => `${runs(count)} ${count === 1 ? 'is' : 'are'} withheld by ${explainHolder(by)}.`,
  );
}
