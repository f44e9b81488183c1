// One story for each way that a run's workflow can go. Each returns the execution whose history tells it.

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

const withJob = (name: string, target: object): Story => {
  return async (lake) => {
    const { source, target: id } = await pair(lake, name, { trigger: { mode: 'auto' }, ...target });
    await produce(lake, source);
    return closed(lake, id);
  };
};

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
