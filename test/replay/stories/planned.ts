// Backfills and schedules.

import { LARGE, outgrow } from '../../support/outgrow';
import { eventually } from '../../support/wait';
import { closed, opened, over, pair, partitions, produce, waitsFor } from './cast';
import type { Story } from './cast';

export const planned: Readonly<Record<string, Story>> = {
  'backfills-a-range': async (lake) => {
    const { source } = await partitions(lake, 'backfilled');
    const options = { from: '2019-01-01', to: '2019-01-03', limit: 2, downstream: 'coalesce' } as const;
    await lake.coordinator.startDataflowRunWithId(source, { partitionKey: 'date=2019-01-02' });
    const { backfillId, workflowId } = await lake.coordinator.backfills.start(source, options);
    for (const day of ['1', '3']) {
      const [run] = await eventually(
        () => lake.coordinator.listDataflowRuns({ dataflow: source, partitionKey: `date=2019-01-0${day}` }),
        ([newest]) => newest?.state === 'started',
      );
      await lake.coordinator.finishDataflowRun(day === '1' ? 'success' : 'error', run?.runId ?? '');
    }
    await lake.coordinator.backfills.wait(backfillId);
    return { workflowId, runId: (await lake.client.workflow.getHandle(workflowId).describe()).runId };
  },
  'a-backfills-run-waits-for-a-place': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'in-line', '', '', {
      partitioned: true,
      maxConcurrentRuns: 1,
    });
    const first = await lake.coordinator.startDataflowRunWithId(id, { partitionKey: 'date=2019-01-02' });
    await lake.coordinator.backfills.start(id, { from: '2019-01-01', to: '2019-01-01' });
    await waitsFor(lake, id, 'place');
    await lake.coordinator.finishDataflowRun('success', first.runId);
    const [run] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: id, state: 'started' }),
      (runs) => runs.length === 1,
    );
    await lake.coordinator.finishDataflowRun('success', run?.runId ?? '');
    return closed(lake, id);
  },
  'backfill-continues-as-new': async (lake) => {
    const { source } = await partitions(lake, 'backfilled-for-long');
    const handle = await lake.client.workflow.start('dataflowBackfill', {
      workflowId: `dlc-backfill:${lake.taskQueue}-long`,
      taskQueue: lake.taskQueue,
      args: [
        { dataflow: source, from: '2019', to: '2020', partition: 'y={year}', by: 'ops', partitionsPerExecution: 1 },
      ],
    });
    const [run] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: source }),
      ([newest]) => newest?.state === 'started',
    );
    await lake.coordinator.finishDataflowRun('success', run?.runId ?? '');
    const { workflowId, firstExecutionRunId: runId } = handle;
    await eventually(
      () => lake.client.workflow.getHandle(workflowId).describe(),
      (execution) => execution.runId !== runId,
    );
    return { workflowId, runId };
  },
  'backfill-is-cancelled': async (lake) => {
    const { source } = await partitions(lake, 'backfill-cancelled');
    const started = await lake.coordinator.backfills.start(source, { from: '2019-01-01', to: '2019-01-03', limit: 1 });
    await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: source, state: 'started' }),
      (runs) => runs.length === 1,
    );
    const { backfillId, workflowId } = await lake.coordinator.backfills.cancel(started.backfillId);
    if (backfillId !== started.backfillId) throw new Error('Another one was cancelled.');
    return { workflowId, runId: (await lake.client.workflow.getHandle(workflowId).describe()).runId };
  },
  'backfill-is-cancelled-whose-run-has-outgrown-its-execution': async (lake) => {
    const { source } = await partitions(lake, 'backfill-outgrown');
    const options = { from: '2019', to: '2019', partition: 'y={year}' };
    const started = await lake.coordinator.backfills.start(source, options);
    const runId = await opened(lake, source);
    const run = await lake.coordinator.getDataflowRun(runId);
    await outgrow(lake, run.workflowId, 'heartbeat', { runId, note: LARGE });
    const { workflowId } = await lake.coordinator.backfills.cancel(started.backfillId);
    return over(lake.client.workflow.getHandle(workflowId));
  },
  'scheduled-for-a-partition': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'scheduled', '', '', { partitioned: true });
    const schedule = { cron: '0 0 1 1 *', partition: 'date={day-1}', timeZone: 'Europe/Berlin' };
    await lake.coordinator.schedules.create(id, schedule);
    await lake.coordinator.schedules.trigger(id);
    const [run] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: id, state: 'started' }),
      (runs) => runs.length === 1,
    );
    await lake.coordinator.finishDataflowRun('success', run?.runId ?? '');
    return closed(lake, id);
  },
  'scheduled-while-the-slot-is-taken': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'taken');
    await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.schedules.create(id, { cron: '0 0 1 1 *' });
    const execution = await lake.coordinator.schedules.trigger(id);
    await lake.client.workflow.getHandle(execution?.workflowId ?? '').result();
    return { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
  },
  'retires-a-dataflow-with-a-schedule': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'retired');
    await lake.coordinator.schedules.create(id, { cron: '0 0 1 1 *' });
    await lake.coordinator.operations.retireDataflow(id, { requestId: `${lake.taskQueue}-retire` });
    const workflowId = `dlc-operation:${lake.taskQueue}-retire`;
    const { runId } = await lake.client.workflow.getHandle(workflowId).describe();
    return { workflowId, runId };
  },
  'continues-as-its-next-run': async (lake) => {
    const { source, target } = await pair(lake, 'next', { trigger: { mode: 'auto' } });
    await produce(lake, source);
    const [first] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
      (runs) => runs.length === 1,
    );
    await produce(lake, source);
    await lake.coordinator.finishDataflowRun('success', first?.runId ?? '');
    await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
      ([run]) => run !== undefined && run.runId !== first?.runId,
    );
    return { workflowId: first?.workflowId ?? '', runId: first?.runId ?? '' };
  },
};
