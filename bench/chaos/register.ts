// Registers a planned graph, as an ETL team would.

import type { DataflowOptionsInput, ZoneDataFlowCoordinator } from '../../src';
import type { PlannedDataflow } from './graph';

/** Soon given up, and tried again for as long as it takes: a worker that is killed holds an attempt up, no longer. */
const PATIENT = { initialInterval: '500ms', maximumInterval: '5s' } as const;

/** Returns how many relations there are. */
export async function registerGraph(
  coordinator: ZoneDataFlowCoordinator,
  plan: readonly PlannedDataflow[],
): Promise<number> {
  let relations = 0;
  for (const dataflow of plan) {
    await coordinator.createDataflow(dataflow.zone, dataflow.name, '', '', options(dataflow));
    for (const { source, mapping } of dataflow.sources) {
      await coordinator.associateSourceToTarget(source, dataflow.key, { partition: mapping });
      relations++;
    }
  }
  return relations;
}

function options({ auto, when, grain, job, flaky }: PlannedDataflow): DataflowOptionsInput {
  return {
    trigger: { mode: auto ? 'auto' : 'manual', when: typeof when === 'string' ? when : { ...when, of: [...when.of] } },
    partitioned: grain !== 'all',
    config: { flaky },
    ...(job === 'activity' && {
      job: { type: job, name: 'chaosJob', startToCloseTimeout: '10 seconds', retry: PATIENT },
    }),
    ...(job === 'workflow' && { job: { type: job, name: 'chaosChild' } }),
    ...(job === 'wrapped' && { workflowType: 'chaosWrapped' }),
  };
}
