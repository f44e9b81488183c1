// What people did that let a run start, or keeps runs from starting.

import type { Dataflow, QueueRow, Relation, Run } from '../../domain/model';
import { relationTitle } from '../../domain/operation';
import type { WhyFacts, WhyOperation } from '../../domain/why';
import { lastChange } from '../../store';
import type { Queryable, RunStory } from '../../store';

const OFF = { disabled: 'disableDataflow', retired: 'retireDataflow' } as const;

/** Who turned the dataflow off: of a run, before it was cancelled for that. */
export async function turnedOffBy(
  db: Queryable,
  { key, status: now }: Dataflow,
  run: Run | null,
  story: RunStory | null,
): Promise<WhyFacts['turnedOff']> {
  const status = run ? (story?.dataflowStatus ?? 'enabled') : now;
  if (status === 'enabled') return null;
  const by = await lastChange(db, [key], [OFF[status]], run?.endedAt ?? undefined);
  return by && { ...by, status };
}

/** The resume that what a run claimed had gathered for; of one that nobody's trigger opened, only while it waited. */
export async function resumedBefore(
  db: Queryable,
  { key, zone }: Dataflow,
  run: Run | null,
  { relations, rows }: { readonly relations: readonly Relation[]; readonly rows: readonly QueueRow[] },
): Promise<WhyOperation | null> {
  if (!run?.startedAt || run.rerunOf !== null || rows.length === 0) return null;
  const claimed = new Set(rows.map(({ relationId }) => relationId));
  const subjects = [key, `zone ${zone}`, ...relations.filter(({ id }) => claimed.has(id)).map(relationTitle)];
  const kinds = ['resumeDataflow', 'resumeZone', 'resumeRelation'] as const;
  const resumed = await lastChange(db, subjects, kinds, run.startedAt);
  const since = run.triggered
    ? rows.reduce((newest, { readyAt }) => Math.max(newest, readyAt.getTime()), 0)
    : run.openedAt.getTime();
  return resumed && resumed.at.getTime() > since ? resumed : null;
}
