// A user's file: type-checked against the packed package, as an ES module, as CommonJS and for a bundler.
import { ZoneDataFlowCoordinator } from 'datalake-lineage';
import { lineageRun } from 'datalake-lineage/workflow';

export async function finishOne(runId: string): Promise<void> {
  const coordinator = await ZoneDataFlowCoordinator.connect();
  const id: string = await coordinator.createDataflow('rz', 'billing', 'acme', 'key_sec1');
  // @ts-expect-error -- typed for real, not `any`: a dataflow's id is a string
  const wrong: number = await coordinator.createDataflow('rz', 'billing', 'acme', 'key_sec1');
  console.log(id, wrong);
  await coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
  await coordinator.close();
}

export async function billing(): Promise<void> {
  await lineageRun({ dataflow: 'rz:billing:acme' }, async (run) => {
    // @ts-expect-error -- typed for real, not `any`: a run has no such thing
    console.log(run.noSuchThing);
    return { recordCount: run.sources.length };
  });
}
