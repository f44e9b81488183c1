// What became of the sources that are waited for.

import { leavesOf } from '../rule';
import type { Explanation } from '../rule';
import { isOpen } from '../run-state';
import { explainPause } from '../start';
import { explainHolder } from '../withheld';
import { toldOf } from './named-runs';
import { partitionsOf } from './queue-rows';
import { stands } from './source-run';
import type { WhyFacts, WhySource, WhySourceRun } from './types';
import { at, NAMED, runs } from './words';

export function missing(explanation: Explanation, facts: WhyFacts): string[] {
  const { sources, namedRuns } = facts;
  const byKey = new Map(sources.map((source) => [source.source, source]));
  const byRun = new Map(namedRuns.map((run) => [run.runId, run]));
  const unmet = leavesOf(explanation).filter((leaf) => !leaf.satisfied && !leaf.leftOut);
  const told = unmet.slice(0, NAMED).map(({ source }) => {
    const run = byRun.get(source);
    if (run) return toldOf(run, new Set(byKey.keys()));
    const known = byKey.get(source);
    return known ? `${source} ${became(known)}.${readyOf(known)}${off(known)}` : '';
  });
  const more = unmet.length > NAMED ? `And ${String(unmet.length - NAMED)} more.` : '';
  return [...told, more, ...unrelated(explanation), ...suspended(sources), ...withheldBy(facts)];
}

/** What nobody will ever finish for it: a start that waits for that waits in vain. */
export function unrelated(explanation: Explanation): string[] {
  const strange = leavesOf(explanation).filter((leaf) => leaf.unrelated && !leaf.satisfied);
  const keys = [...new Set(strange.map(({ source }) => source))];
  if (explanation.satisfied || keys.length === 0) return [];
  const more = keys.length > NAMED ? ` and ${String(keys.length - NAMED)} more` : '';
  return [
    `Its rule names ${keys.slice(0, NAMED).join(', ')}${more}, which ${keys.length === 1 ? 'is no source' : 'are no sources'} of it, ` +
      'so nothing of that ever comes: associate it as a source (dlc relation create), or take it out of the rule.',
  ];
}

/** Where it has some of what it takes: which partitions. */
function readyOf(source: WhySource): string {
  const partitions = partitionsOf(source, NAMED);
  return partitions === '' ? '' : ` Ready of it: ${partitions}.`;
}

function became({ newest, lastRun }: WhySource): string {
  const last = !lastRun || lastRun.runId === newest?.sourceRunId ? '' : `; its ${title(lastRun)} ${stands(lastRun)}`;
  if (!newest) return lastRun ? `has finished no run for it${last}` : 'never ran';
  const { claimedBy, withheld } = newest;
  const free = withheld ? 'is withheld' : 'is ready';
  const claimed = claimedBy ? `was consumed by run ${claimedBy.runId} (${claimedBy.state})` : free;
  return `finished its newest run ${newest.sourceRunId} at ${at(newest.readyAt)}, which ${claimed}${last}`;
}

/** One with a partition need not be the last of all. */
function title({ runId, partitionKey, state }: WhySourceRun): string {
  if (partitionKey !== null) return `run ${runId} for ${partitionKey}`;
  return isOpen(state) ? `run ${runId}` : `last run ${runId}`;
}

/** Why no run of it comes by itself, nor by anybody's start. */
function off({ status, pause }: WhySource): string {
  if (status !== 'enabled') return ` Nothing of it starts: it is ${status}.`;
  return pause ? ` Nothing of it starts: ${explainPause(pause)}.` : '';
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
