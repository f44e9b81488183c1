// The original's own example, call by call: a raw-zone dataflow hands its rows to a standard-zone one.
// Settings: DLC_MYSQL_URL, TEMPORAL_ADDRESS and the like. Run it with `npx tsx examples/original/example.ts`.

import { ZoneDataFlowCoordinator } from '../../src'; // outside this repository: from 'datalake-lineage'
import type { SourceRun } from '../../src';

async function main(): Promise<void> {
  const dataflowCoord = await ZoneDataFlowCoordinator.connect();
  try {
    await example(dataflowCoord);
  } finally {
    await dataflowCoord.close();
  }
}

async function example(dataflowCoord: ZoneDataFlowCoordinator): Promise<void> {
  // Create dataflow processes/models. `ifExists` lets the example run again.
  const again = { ifExists: 'get' } as const;
  const dataflowProcRz = await dataflowCoord.createDataflow('rz', 'billing4', 'acme', 'key_sec1', again);
  console.log(`RZ dataflow id: ${dataflowProcRz}`);
  const dataflowProcSz = await dataflowCoord.createDataflow('sz', 'consol_billing5', 'key1', 'key_sec1', again);
  console.log(`SZ dataflow id: ${dataflowProcSz}`);

  // The sz dataflow depends on the rz dataflow, and consumes the data that it produces.
  await dataflowCoord.associateSourceToTarget(dataflowProcRz, dataflowProcSz, again);

  // Start the rz process.
  const startRunInfoRz = await dataflowCoord.startDataflowRunWithId(dataflowProcRz);
  //
  // Do the actual ETL in the raw zone here …
  //
  // When the ETL is done, mark this run of the dataflow as finished.
  await dataflowCoord.finishDataflowRun('success', startRunInfoRz.runId, {
    recordCount: 89898,
    dataflowBatchRunId: 'batchID123456',
    dataflowPartitionKey: 'import_date=2019-01-01',
  });

  // The rest stands for another program, which does the ETL of the standard zone. It looks whether the raw zone has
  // something ready for it. (It need not poll: a start with `wait: true` waits, and `trigger: { mode: 'auto' }` starts it.)
  const allReadyDataflowSourceRuns = await dataflowCoord.fetchReadyDataflowSourceByTargetId(dataflowProcSz);
  printSources(allReadyDataflowSourceRuns);

  // There is: start the dataflow in the standard zone. The run claims its sources in the transaction that starts it.
  const startResultSz = await dataflowCoord.startDataflowRunWithId(dataflowProcSz);
  console.log(`SZ run_id created ${startResultSz.runId}`);
  console.log(`Number of RZ sources found ${startResultSz.dataflowQueueList.length}`);
  printSources(startResultSz.dataflowQueueList);
  //
  // Do the ETL of the standard zone here. It can use what the sources say: recordCount, dataflowBatchRunId,
  // dataflowPartitionKey …
  //
  await dataflowCoord.finishDataflowRun('success', startResultSz.runId, {
    recordCount: 103,
    dataflowBatchRunId: 'batchID89898989',
    dataflowPartitionKey: 'some_partition_key',
  });
  // Done: this dataflow has no targets of its own.
}

function printSources(sources: readonly SourceRun[]): void {
  for (const readySourceRun of sources) {
    console.log('Found a RZ source dataflow ready to be consumed by this SZ dataflow');
    console.log(`target dataflow id: ${readySourceRun.targetDataflowId}`);
    console.log(`source zone: ${readySourceRun.zone}`);
    console.log(`source dataflow id: ${readySourceRun.sourceDataflowId}`);
    console.log(`batch data id: ${readySourceRun.dataflowBatchRunId}`);
    console.log(`partition key: ${readySourceRun.dataflowPartitionKey}`);
    console.log(`rowcount: ${readySourceRun.recordCount}`);
    console.log(`model name: ${readySourceRun.modelName}`);
    console.log(`model key: ${readySourceRun.modelKey}`);
    console.log(`model sec key: ${readySourceRun.modelSecKey}`);
  }
}

void main();
