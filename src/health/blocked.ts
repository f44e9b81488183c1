// What a partition has to be for a run of it to open: a slot whose rule is met may be one in which none can.

import { InvalidArgumentError } from '../domain/errors';
import type { Dataflow } from '../domain/model';
import { checkTargets } from '../domain/target-slots';
import { relationsOfSource } from '../store';
import type { Queryable } from '../store';

/**
 * A partition that a target can't take is refused at the start rather than at the run's end, when the work is done.
 * @throws InvalidArgumentError naming `field`.
 */
export async function checkPartition(
  db: Queryable,
  dataflow: Pick<Dataflow, 'id'>,
  partitionKey: string | null,
  field = 'partitionKey',
): Promise<void> {
  if (partitionKey !== null) checkTargets(await relationsOfSource(db, dataflow.id), partitionKey, field);
}

/** What a start in the slot would be refused with, in words; null: one can open. */
export async function whatBlocks(db: Queryable, dataflow: Dataflow, slot: string): Promise<string | null> {
  try {
    await checkPartition(db, dataflow, slot === '' ? null : slot);
    return null;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}
