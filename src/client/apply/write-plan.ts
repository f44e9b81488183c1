// Writes a plan: all of it in the caller's transaction, under the graph's lock.

import type { DeclarationProblem } from '../../domain/declaration/problems';
import { InvalidArgumentError } from '../../domain/errors';
import { dataflowId } from '../../domain/ids';
import type { DataflowId, RelationId } from '../../domain/ids';
import type { PartitionMapping } from '../../domain/partition';
import type { PlanAction } from '../../domain/plan/actions';
import { addRelation, changeRelation, insertDataflow, retireDataflow, updateDataflow } from '../../store';
import type { Queryable } from '../../store';
import type { PlannedChange } from './plan';

interface Doer {
  readonly by: string;
  readonly reason: string | null;
}

/**
 * @throws AlreadyExistsError for a dataflow that somebody else has registered meanwhile; InvalidArgumentError for a relation by which an
 *   open run of its source couldn't succeed.
 */
export async function writePlan(
  tx: Queryable,
  { plan, declared, registered }: PlannedChange,
  doer: Doer,
): Promise<void> {
  const wanted = new Map(declared.dataflows.map((dataflow) => [dataflow.key, dataflow]));
  const relations = new Map(registered.relations.map((relation) => [relation.id, relation]));
  const ids = new Map(registered.dataflows.map(({ key, id }) => [key, id]));
  for (const action of plan.actions) await perform(action);

  async function perform(action: PlanAction): Promise<void> {
    switch (action.action) {
      case 'createDataflow': {
        const { parts, options } = known(wanted, action.dataflow);
        ids.set(action.dataflow, await insertDataflow(tx, parts, { ...options, ifExists: 'error' }));
        return;
      }
      case 'changeDataflow':
        return updateDataflow(tx, idOf(action.dataflow), known(wanted, action.dataflow).options);
      case 'createRelation':
        await relate(action, action.partition);
        return;
      case 'changeRelation': {
        await changeRelation(tx, action.relationId, { change: 'terminate', ...doer });
        const id = await relate(action, action.to);
        // A suspension is an operator's: another mapping is no reason to end it.
        const { suspendedAt, suspendedBacklog, suspendedBy, suspendReason } = known(relations, action.relationId);
        if (!suspendedAt) return;
        const kept = { backlog: suspendedBacklog ?? 'keep', by: suspendedBy ?? doer.by, reason: suspendReason };
        return changeRelation(tx, id, { change: 'suspend', ...kept });
      }
      case 'terminateRelation':
        return changeRelation(tx, action.relationId, { change: 'terminate', ...doer });
      case 'createSchedule':
      case 'changeSchedule':
      case 'deleteSchedule':
        // Temporal's, after the commit.
        return;
      case 'retireDataflow':
        await retireDataflow(tx, { id: idOf(action.dataflow), key: action.dataflow }, doer);
    }
  }

  /** What is refused of it is refused where it is declared. */
  async function relate(
    { source, target }: { readonly source: string; readonly target: string },
    partition: PartitionMapping,
  ): Promise<RelationId> {
    const end = (key: string): { id: DataflowId; key: string } => ({ id: idOf(key), key });
    try {
      return await addRelation(tx, { source: end(source), target: end(target), partition });
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      const { path = [] } = known(wanted, target).sources?.find(({ key }) => key === source) ?? {};
      const problems: DeclarationProblem[] = [{ path, message: error.message }];
      throw new InvalidArgumentError(error.message, { ...error.details, problems, problemCount: 1 }, { cause: error });
    }
  }

  function idOf(key: string): DataflowId {
    return dataflowId(known(ids, key));
  }
}

function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`The plan names ${String(key)}, which nobody knows.`);
  return value;
}
