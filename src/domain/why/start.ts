// How a run came to start, told from its row, its events and what it claimed; and how its relations stood then.

import type { QueueRow, Relation, Run } from '../model';
import { gatheredUntil } from '../start';
import type { WhyOperation, WhyStart } from './types';

interface Story {
  readonly byDeadline: boolean;
  readonly waited: boolean;
  readonly by: string | null;
  readonly reason: string | null;
}

/** Null: it never started. */
export function startOf(
  run: Run,
  story: Story,
  claimed: readonly QueueRow[],
  resumed: WhyOperation | null = null,
): WhyStart | null {
  const { startedAt, rule, rerunOf, cause } = run;
  if (startedAt === null) return null;
  const { by, reason, waited, byDeadline } = story;
  const again = cause === 'replay' ? 'replay' : 'retry';
  const first = byDeadline ? 'deadline' : rule.check === 'ignore' ? 'ignore' : 'rule';
  return {
    because: rerunOf === null ? first : again,
    ...asker(run),
    by,
    reason,
    waited,
    resumed,
    gathered: byDeadline || rerunOf !== null ? null : gatheredUntil({ ...run, startedAt }, claimed),
  };
}

/** Schedules, backfills and replays start their runs under workflow IDs of their own. */
function asker({ triggered, workflowId }: Run): Pick<WhyStart, 'askedBy' | 'askedAs'> {
  if (triggered) return { askedBy: 'source', askedAs: null };
  const [, kind, id] = /^dlc-(backfill|replay):(.+):[^:]*$/.exec(workflowId) ?? [];
  if ((kind === 'backfill' || kind === 'replay') && id !== undefined) return { askedBy: kind, askedAs: id };
  if (!workflowId.startsWith('dlc-schedule:')) return { askedBy: 'person', askedAs: null };
  return { askedBy: 'schedule', askedAs: /-(\d{4}-\d\d-\d\dT[\d:]+Z)$/.exec(workflowId)?.[1] ?? null };
}

/** How a relation stood at a time; null: it wasn't there. One that was resumed since tells nothing of its suspension. */
export function standingAt(
  { createdAt, suspendedAt, terminatedAt }: Relation,
  time: Date,
): 'active' | 'suspended' | 'terminated' | null {
  if (createdAt > time) return null;
  if (terminatedAt !== null && terminatedAt <= time) return 'terminated';
  return suspendedAt !== null && suspendedAt <= time ? 'suspended' : 'active';
}
