// What has gathered for relations, when something that kept it from being consumed goes: as the operator chose. The choice lasts
// until the last pause goes, and a later resume that makes none doesn't undo it.

import type { RelationId } from '../../domain/ids';
import type { ResumeBacklog } from '../../domain/operation';
import { chooseOneByOne, consumeOneByOne, consumeTogether, settleChoices, skipReady } from '../../store';
import type { Queryable } from '../../store';
import type { Doer } from './done';

export interface Drained {
  /** Left out where nobody has chosen, and something pauses still. */
  readonly backlog?: ResumeBacklog;
  readonly skipped?: number;
  /** Relations whose backlog is consumed as an earlier resume chose. */
  readonly chosenBefore?: number;
}

/** `paused`: something else keeps their targets from starting still. What is skipped is so at once all the same. */
export async function drain(
  tx: Queryable,
  relations: readonly RelationId[],
  backlog: ResumeBacklog | null,
  { operationId }: Doer,
  paused: boolean,
): Promise<Drained> {
  switch (backlog) {
    case null:
      return paused ? {} : asChosenBefore(await settleChoices(tx, relations));
    case 'together':
      await consumeTogether(tx, relations);
      return { backlog };
    case 'oneByOne':
      await (paused ? chooseOneByOne(tx, relations) : consumeOneByOne(tx, relations));
      return { backlog };
    case 'skip':
      return { backlog, skipped: await skipReady(tx, relations, operationId) };
  }
}

const asChosenBefore = (chosenBefore: number): Drained =>
  chosenBefore > 0 ? { backlog: 'oneByOne', chosenBefore } : { backlog: 'together' };
