// Sees to it that the lake has its housekeeper. Whoever comes first starts it; all others find it running.

import type { Client } from '@temporalio/client';
import { HOUSEKEEPER } from '../domain/messages';
import { lakeId } from '../store';
import type { Queryable } from '../store';

/** Never throws: the system is correct without it. */
export async function startHousekeeper(
  { db, client, taskQueue }: { readonly db: Queryable; readonly client: Client; readonly taskQueue: string },
  warn: (message: string) => void,
): Promise<void> {
  try {
    await client.workflow.start(HOUSEKEEPER, {
      workflowId: `dlc-housekeeper:${await lakeId(db)}`,
      taskQueue,
      args: [],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'Housekeeper of the lake',
    });
  } catch (error) {
    warn(`The housekeeper couldn't be started (${String(error)}). Runs go on without it; the next worker tries again.`);
  }
}
