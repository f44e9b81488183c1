// Whether a worker holds the housekeeper: an attempt of its activity is under way, which Temporal ends within half a minute of its
// last heartbeat. Two looks are compared, no clocks: theirs and ours may differ.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

/** An execution that nobody works on at the moment. */
export interface Unheld {
  readonly runId: string;
  readonly taskQueue: string;
  /** Of its activity; `''`: there has been none. */
  readonly heartbeatAt: string;
}

/** `none`: no execution runs. */
export async function seenUnheld({ workflow }: Client, workflowId: string): Promise<Unheld | 'held' | 'none'> {
  try {
    const { status, runId, taskQueue, raw } = await workflow.getHandle(workflowId).describe();
    // Who pauses it wants it paused.
    if (status.name === 'PAUSED') return 'held';
    if (status.name !== 'RUNNING') return 'none';
    const [activity] = raw.pendingActivities ?? [];
    const { SCHEDULED, UNSPECIFIED } = PENDING;
    if (activity && ![SCHEDULED, UNSPECIFIED].includes(activity.state ?? UNSPECIFIED)) return 'held';
    const { seconds, nanos } = activity?.lastHeartbeatTime ?? {};
    return { runId, taskQueue, heartbeatAt: seconds ? `${seconds.toString()}.${String(nanos ?? 0)}` : '' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'none';
    throw error;
  }
}

const { PENDING_ACTIVITY_STATE_SCHEDULED, PENDING_ACTIVITY_STATE_UNSPECIFIED } =
  temporal.api.enums.v1.PendingActivityState;
const PENDING = { SCHEDULED: PENDING_ACTIVITY_STATE_SCHEDULED, UNSPECIFIED: PENDING_ACTIVITY_STATE_UNSPECIFIED };

/** Nothing has happened in between. */
export const isSame = (one: Unheld, other: Unheld): boolean =>
  one.runId === other.runId && one.heartbeatAt === other.heartbeatAt;
