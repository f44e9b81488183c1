// One story for each way that a run's workflow can go. Each returns the execution whose history tells it.

import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}
type Story = (lake: Lake) => Promise<Execution>;

/** A source, and a target of its own. */
async function pair(
  lake: Lake,
  name: string,
  target: object = {},
): Promise<{ source: string; target: string; key: string }> {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), name);
  const id = await lake.coordinator.createDataflow(lake.zone('sz'), name, '', '', target);
  await lake.coordinator.associateSourceToTarget(source, id);
  return { source, target: id, key: `${lake.zone('sz')}:${name}` };
}

/** A source that runs per partition, whose target consumes all of them. */
async function partitions(lake: Lake, name: string): Promise<{ source: string }> {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), name, '', '', { partitioned: true });
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), name);
  await lake.coordinator.associateSourceToTarget(source, target);
  return { source };
}

async function produce(lake: Lake, source: string): Promise<void> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(source);
  await lake.coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
}

/** The newest run of a dataflow, once its execution has closed. */
async function closed(lake: Lake, dataflow: string): Promise<Execution> {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow }),
    ([newest]) => newest?.endedAt != null,
  );
  const { workflowId, runId } = run as Execution;
  const handle = lake.client.workflow.getHandle(workflowId, runId);
  await eventually(
    () => handle.describe(),
    ({ status }) => status.name !== 'RUNNING',
  );
  return { workflowId, runId };
}

/** A person's operation, and the execution that did it. */
async function operated(lake: Lake, work: (options: { requestId: string }) => Promise<unknown>): Promise<Execution> {
  const requestId = randomUUID();
  await work({ requestId });
  const { runId } = await lake.client.workflow.getHandle(`dlc-operation:${requestId}`).describe();
  return { workflowId: `dlc-operation:${requestId}`, runId };
}

/** The newest run of a dataflow, once it waits for this. */
async function waitsFor(lake: Lake, dataflow: string, reason: string): Promise<Execution> {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow, state: 'waiting' }),
    ([newest]) => newest?.waitingFor === reason,
  );
  return run as Execution;
}

const withJob = (name: string, target: object): Story => {
  return async (lake) => {
    const { source, target: id } = await pair(lake, name, { trigger: { mode: 'auto' }, ...target });
    await produce(lake, source);
    return closed(lake, id);
  };
};

/** A replay of a source with its target, both run once before, whose jobs are external. */
async function replaying(lake: Lake, name: string): Promise<{ root: string; target: string; handle: WorkflowHandle }> {
  const { source, target } = await pair(lake, name);
  await produce(lake, source);
  await produce(lake, target);
  const [first] = await lake.coordinator.listDataflowRuns({ dataflow: source });
  const { workflowId } = await lake.coordinator.replayDownstream(first!.runId);
  return { root: source, target, handle: lake.client.workflow.getHandle(workflowId) };
}

/** A source, another one, and an auto target that consumes both. */
async function waitsForOther(lake: Lake, name: string): Promise<{ source: string; other: string; target: string }> {
  const { source, target } = await pair(lake, name, { trigger: { mode: 'auto' } });
  const other = await lake.coordinator.createDataflow(lake.zone('oz'), name);
  await lake.coordinator.associateSourceToTarget(other, target);
  return { source, other, target };
}

/** The run of a dataflow that has started, once there is one. */
async function opened(lake: Lake, dataflow: string): Promise<string> {
  const [run] = await eventually(
    () => lake.coordinator.listDataflowRuns({ dataflow, state: 'started' }),
    (runs) => runs.length === 1,
  );
  return run!.runId;
}

/** Once it has ended, however. */
async function over(handle: WorkflowHandle): Promise<Execution> {
  await handle.result().catch(() => undefined);
  const { runId } = await handle.describe();
  return { workflowId: handle.workflowId, runId };
}

export const stories: Readonly<Record<string, Story>> = {
  'updates-start-and-finish': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'updates');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.finishDataflowRun('success', run.runId, { recordCount: 5 });
    return closed(lake, id);
  },
  'signal-finish-after-bad-ones': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'signals');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    const handle = lake.client.workflow.getHandle(run.workflowId);
    await handle.signal('finish', { status: 'success', recordCount: -1 });
    await handle.signal('finish', 'nonsense');
    await handle.signal('finish', { status: 'success', recordCount: 2, unknown: true });
    return closed(lake, id);
  },
  'finish-error': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'error');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.finishDataflowRun('error', run.runId, { message: 'broken' });
    return closed(lake, id);
  },
  'waits-and-is-woken': async (lake) => {
    const { source, target } = await pair(lake, 'woken');
    const run = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await produce(lake, source);
    await lake.coordinator.waitForDataflowRunStart(run.runId);
    await lake.coordinator.finishDataflowRun('success', run.runId);
    return closed(lake, target);
  },
  'cancelled-while-waiting': async (lake) => {
    const { target } = await pair(lake, 'cancelled');
    const run = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, target);
  },
  'cancelled-while-running': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'stopped');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, id);
  },
  refused: async (lake) => {
    const { key } = await pair(lake, 'refused');
    const workflowId = `${lake.taskQueue}-refused`;
    const handle = await lake.client.workflow.start('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId,
      args: [{ dataflow: key }],
    });
    await handle.result().catch(() => undefined);
    return { workflowId, runId: handle.firstExecutionRunId };
  },
  // As after a crash that lost the workflow task in which it was opened and ended.
  'ended-before-it-opens': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'ended');
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await lake.coordinator.finishDataflowRun('success', run.runId, { recordCount: 3 });
    const workflowId = `${lake.taskQueue}-ended`;
    const handle = await lake.client.workflow.start('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId,
      args: [{ dataflow: id, continuedRunId: run.runId }],
    });
    await handle.result();
    return { workflowId, runId: handle.firstExecutionRunId };
  },
  'triggered-for-nothing': async (lake) => {
    const { key } = await pair(lake, 'nothing', { trigger: { mode: 'auto' } });
    const handle = await lake.client.workflow.signalWithStart('dataflowRun', {
      taskQueue: lake.taskQueue,
      workflowId: `dlc:${key}`,
      args: [{ dataflow: key, wait: true, triggered: true }],
      signal: 'sourceFinished',
    });
    await handle.result();
    return { workflowId: handle.workflowId, runId: handle.signaledRunId };
  },
  'activity-job': withJob('activity', { job: { type: 'activity', name: 'echoJob' } }),
  'workflow-job': withJob('workflow', { job: { type: 'workflow', name: 'childJob' } }),
  'job-fails': withJob('fails', { job: { type: 'activity', name: 'brokenJob' } }),
  'wrapped-workflow': withJob('wrapped', { workflowType: 'wrappedEtl' }),
  'wakes-many-targets': async (lake) => {
    const source = await lake.coordinator.createDataflow(lake.zone('rz'), 'many');
    for (let i = 0; i < 10; i++) {
      const target = await lake.coordinator.createDataflow(lake.zone('sz'), 'many', String(i), '', {
        trigger: { mode: 'auto' },
        job: { type: 'activity', name: 'echoJob' },
      });
      await lake.coordinator.associateSourceToTarget(source, target);
    }
    await produce(lake, source);
    return closed(lake, source);
  },
  'heartbeats-then-finish': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'heartbeats');
    const run = await lake.coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '1 s' });
    const since = Date.now();
    await eventually(
      async () => lake.coordinator.heartbeatDataflowRun(run.runId).then(() => Date.now() - since),
      (passed) => passed > 1_500,
      { everyMs: 200 },
    );
    await lake.client.workflow.getHandle(run.workflowId).signal('heartbeat', { runId: 'another' });
    await lake.coordinator.finishDataflowRun('success', run.runId);
    return closed(lake, id);
  },
  'lease-expires': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'lease');
    await lake.coordinator.startDataflowRunWithId(id, { heartbeatTimeout: '300 ms' });
    return closed(lake, id);
  },
  'deadline-expires': async (lake) => {
    const { target } = await pair(lake, 'deadline');
    await lake.coordinator.startDataflowRunWithId(target, { wait: true, deadline: '500 ms', startBy: '200 ms' });
    return closed(lake, target);
  },
  'gathers-then-starts': async (lake) => {
    const { source, target } = await pair(lake, 'gathers', {
      trigger: { mode: 'auto', debounce: '500 ms' },
      job: { type: 'activity', name: 'echoJob' },
    });
    await produce(lake, source);
    await waitsFor(lake, target, 'quiet');
    return closed(lake, target);
  },
  'waits-for-a-place': async (lake) => {
    const { target } = await pair(lake, 'place', { partitioned: true, maxConcurrentRuns: 1 });
    const start = (partitionKey: string) =>
      lake.coordinator.startDataflowRunWithId(target, { partitionKey, wait: true, dependencyCheck: 'ignore' });
    const first = await start('p=1');
    const second = await start('p=2');
    await lake.coordinator.finishDataflowRun('success', first.runId);
    await lake.coordinator.waitForDataflowRunStart(second.runId);
    await lake.coordinator.finishDataflowRun('success', second.runId);
    return closed(lake, target);
  },
  'disabled-while-waiting': async (lake) => {
    const { target } = await pair(lake, 'disabled');
    await lake.coordinator.startDataflowRunWithId(target, { wait: true });
    await lake.coordinator.operations.disableDataflow(target);
    return closed(lake, target);
  },
  retry: async (lake) => {
    const { source, target } = await pair(lake, 'retry');
    await produce(lake, source);
    const failed = await lake.coordinator.startDataflowRunWithId(target);
    await lake.coordinator.finishDataflowRun('error', failed.runId, { message: 'broken' });
    const retry = await lake.coordinator.retryDataflowRun(failed.runId);
    await lake.coordinator.finishDataflowRun('success', retry.runId);
    return closed(lake, target);
  },
  'finish-of-several-partitions': async (lake) => {
    const { source } = await pair(lake, 'partitions', { partitioned: true });
    const { runId } = await lake.coordinator.startDataflowRunWithId(source);
    const partitions = [{ partitionKey: 'd=1', recordCount: 1 }, { partitionKey: 'd=2' }];
    await lake.coordinator.finishDataflowRun('success', runId, { partitions, requestId: 'once' });
    return closed(lake, source);
  },
  'operation-wakes': async (lake) => {
    const { target } = await pair(lake, 'operation');
    return operated(lake, (options) => lake.coordinator.operations.pauseDataflow(target, options));
  },
  'operation-refused': async (lake) =>
    operated(lake, (options) => lake.coordinator.operations.pauseZone('nowhere', options).catch(() => undefined)),
  'operation-accepts': async (lake) => {
    const { source, target } = await pair(lake, 'accept', { trigger: { mode: 'auto' } });
    const { runId } = await lake.coordinator.startDataflowRunWithId(source, { heartbeatTimeout: '300 ms' });
    await closed(lake, source);
    const execution = await operated(lake, (options) =>
      lake.coordinator.operations.acceptRun(runId, { status: 'success' }, options),
    );
    await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'started' }),
      (runs) => runs.length === 1,
    );
    return execution;
  },
  'replay-downstream': async (lake) => {
    const { source, target } = await pair(lake, 'replay', {
      trigger: { mode: 'auto' },
      job: { type: 'activity', name: 'echoJob' },
    });
    await produce(lake, source);
    await closed(lake, target);
    const [root] = await lake.coordinator.listDataflowRuns({ dataflow: source });
    const { replayId, workflowId } = await lake.coordinator.replayDownstream(root!.runId);
    await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: source, state: 'started' }),
      (runs) => runs.length === 1,
    ).then(([run]) => lake.coordinator.finishDataflowRun('success', run!.runId));
    await lake.client.workflow.getHandle(workflowId).result();
    const { runId } = await lake.client.workflow.getHandle(`dlc-replay:${replayId}`).describe();
    return { workflowId, runId };
  },
  // These four as the first version told them: it cancelled a child by its first execution, and a replay waited for nobody.
  'child-job-is-cancelled': async (lake) => {
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'child-cancelled', '', '', {
      job: { type: 'workflow', name: 'endlessJob' },
    });
    const run = await lake.coordinator.startDataflowRunWithId(id);
    await eventually(
      async () => (await lake.client.workflow.getHandle(run.workflowId).describe()).raw.pendingChildren ?? [],
      ([child]) => Boolean(child?.runId),
    );
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, id);
  },
  'replay-is-cancelled': async (lake) => {
    const { root, handle } = await replaying(lake, 'replay-cancelled');
    await opened(lake, root);
    await handle.cancel();
    return over(handle);
  },
  'replay-whose-run-is-cancelled': async (lake) => {
    const { root, handle } = await replaying(lake, 'replay-run-cancelled');
    await lake.coordinator.cancelDataflowRun(await opened(lake, root));
    return over(handle);
  },
  'replay-meets-a-taken-slot': async (lake) => {
    const { root, target, handle } = await replaying(lake, 'replay-taken');
    const run = await opened(lake, root);
    await lake.coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
    await lake.coordinator.finishDataflowRun('success', run);
    return over(handle);
  },
  'replay-waits-for-a-slot': async (lake) => {
    const { root, target, handle } = await replaying(lake, 'replay-waits');
    const run = await opened(lake, root);
    const other = await lake.coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
    await lake.coordinator.finishDataflowRun('success', run);
    await eventually(
      () => lake.coordinator.getReplay(handle.workflowId.replace('dlc-replay:', '')),
      ({ steps }) => steps.some(({ message }) => message !== null),
    );
    await lake.coordinator.finishDataflowRun('success', other.runId);
    await lake.coordinator.finishDataflowRun('success', await opened(lake, target));
    return over(handle);
  },
  'replay-is-cancelled-and-waits-for-its-run': async (lake) => {
    const { root, handle } = await replaying(lake, 'replay-cancelled-waits');
    await opened(lake, root);
    await handle.cancel();
    return over(handle);
  },
  'gives-way-to-a-rerun': async (lake) => {
    const { source, target, other } = await waitsForOther(lake, 'gives-way');
    await produce(lake, source);
    await produce(lake, other);
    const first = await opened(lake, target);
    await lake.coordinator.finishDataflowRun('success', first);
    await produce(lake, source);
    const [waiting] = await eventually(
      () => lake.coordinator.listDataflowRuns({ dataflow: target, state: 'waiting' }),
      (runs) => runs.length === 1,
    );
    await lake.coordinator.replayDataflowRun(first);
    const handle = lake.client.workflow.getHandle(waiting!.workflowId, waiting!.runId);
    await handle.result();
    return { workflowId: waiting!.workflowId, runId: waiting!.runId };
  },
  'retried-job-is-cancelled': async (lake) => {
    const retry = { initialInterval: '10 ms' };
    const id = await lake.coordinator.createDataflow(lake.zone('rz'), 'retried-cancelled', '', '', {
      job: { type: 'workflow', name: 'retriedJob', retry },
    });
    const run = await lake.coordinator.startDataflowRunWithId(id);
    const { workflow } = lake.client;
    const [child] = await eventually(
      async () => (await workflow.getHandle(run.workflowId).describe()).raw.pendingChildren ?? [],
      ([started]) => Boolean(started?.runId),
    );
    await eventually(
      () => workflow.getHandle(child?.workflowId ?? '').describe(),
      (execution) => execution.runId !== child?.runId,
    );
    await lake.coordinator.cancelDataflowRun(run.runId);
    return closed(lake, id);
  },
  healing: async (lake) => {
    await lake.coordinator.heal();
    const executions = lake.client.workflow.list({
      query: `WorkflowType = 'lineageHealing' AND TaskQueue = '${lake.taskQueue}'`,
    });
    return eventually(async () => {
      for await (const { workflowId, runId } of executions) return { workflowId, runId };
      return undefined;
    }) as Promise<Execution>;
  },
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
