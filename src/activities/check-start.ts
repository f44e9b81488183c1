// What a start must fit before it may open anything: the dataflow's state, its slot, its sources.

import { dataflowOff } from '../domain/dataflow-off';
import type { Dataflow } from '../domain/model';
import { checkSourceIds, checkSourceRunIds, checkSources } from '../domain/rule';
import type { StartRule } from '../domain/rule';
import { namedSlot } from '../domain/slot';
import type { StartRequest } from '../domain/start-request';
import { ruleSources, sourceRunsAmong } from '../store';
import type { Queryable } from '../store';

/** @throws DataflowDisabledError; InvalidArgumentError without the partition of a dataflow that runs per partition. */
export function slotToOpen(dataflow: Dataflow, request: StartRequest): string {
  if (dataflow.status !== 'enabled') throw dataflowOff(dataflow, "it can't be started");
  return namedSlot(dataflow, request.partitionKey);
}

/**
 * Sources that a start names itself must be sources, and source runs runs of them: others would be waited for in vain.
 * @throws InvalidArgumentError
 */
export async function checkSourcesNamed(
  db: Queryable,
  dataflow: Dataflow,
  request: StartRequest,
  rule: StartRule,
): Promise<void> {
  if (rule.check === 'sourceRunIds') {
    checkSourceRunIds(rule.specificSources, await sourceRunsAmong(db, dataflow.id, rule.specificSources));
    return;
  }
  const nested = request.dependencyCheck === null ? null : rule.rule;
  if (rule.check !== 'sourceIds' && !nested) return;
  const { sources, leftOut } = await ruleSources(db, dataflow.id);
  if (nested) checkSources(nested, sources, 'dependencyCheck', leftOut);
  else checkSourceIds(rule.specificSources, sources);
}
