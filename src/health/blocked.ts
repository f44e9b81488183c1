// A slot whose rule is met, and in which no run can open all the same: what a start of it would be refused with.

import { InvalidArgumentError } from '../domain/errors';
import type { Dataflow } from '../domain/model';
import { slotsOf } from '../domain/target-slots';
import { relationsOfSource } from '../store';
import type { Queryable } from '../store';

/** In words; null: one can open. */
export async function whatBlocks(db: Queryable, dataflow: Dataflow, slot: string): Promise<string | null> {
  if (slot === '') return null;
  try {
    for (const relation of await relationsOfSource(db, dataflow.id)) slotsOf(relation, slot, 'partitionKey');
    return null;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}
