// The bench's worker, in a process of its own: our plugin beside the bare workflows. It tells its parent when a target's
// first line ran: `{ mark: sourceRunId, at }`, milliseconds of this machine's clock.

import { getClient } from '@temporalio/activity';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { LineagePlugin } from '../src';

export interface BenchActivities {
  mark(sourceRunId: string): Promise<void>;
  bareOpen(): Promise<void>;
  bareFinish(target: string | null, runId: string): Promise<void>;
}

const queue = process.env['DLC_TASK_QUEUE'] ?? 'bench';

const activities: BenchActivities = {
  mark: async (sourceRunId) => {
    process.send?.({ mark: sourceRunId, at: performance.timeOrigin + performance.now() });
  },
  bareOpen: async () => undefined,
  bareFinish: async (target, runId) => {
    if (target === null) return;
    await getClient().workflow.signalWithStart('bareTarget', {
      workflowId: target,
      taskQueue: queue,
      args: [runId],
      signal: 'sourceFinished',
    });
  },
};

async function main(): Promise<void> {
  const ignore = (): void => undefined;
  Runtime.install({
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: console.error },
  });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' }),
    taskQueue: queue,
    workflowsPath: require.resolve('./workflows'),
    activities,
    plugins: [new LineagePlugin({ housekeeper: false })],
  });
  const running = worker.run();
  process.once('disconnect', () => {
    worker.shutdown();
  });
  process.send?.('ready');
  await running;
  process.exit(0);
}

void main();
