// Lets dataflows look again after a change of the registry, which is committed by now, or never will be.

import { dataflowId } from '../../domain/ids';
import { retiredKeys } from '../../store';
import type { Queryable } from '../../store';
import type { Done } from './done';

export async function wakeAfterChange(tx: Queryable, dataflowIds: readonly string[]): Promise<Done> {
  return {
    subject: 'dataflows',
    result: { changed: false },
    wakeDataflows: dataflowIds,
    // Of those that the change has retired; who made it may have died since.
    deleteSchedulesOf: await retiredKeys(tx, dataflowIds.map(dataflowId)),
  };
}
