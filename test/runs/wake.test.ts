// What a finished run's targets do to it: nothing.

import { LineagePlugin } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
const warnings: string[] = [];
beforeAll(async () => {
  lake = await makeLake({ worker: false });
  await lake.startWorker({
    plugins: [new LineagePlugin({ mysql: lake.mysqlUrl, warn: (message) => warnings.push(message) })],
  });
});
afterAll(() => lake.close());

test('a target that Temporal refuses to start holds up neither its source nor the other targets', async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'clicks');
  const create = async (name: string, taskQueue?: string): Promise<string> => {
    const target = await coordinator.createDataflow(lake.zone('sz'), name, '', '', {
      trigger: { mode: 'auto' },
      ...(taskQueue && { taskQueue }),
    });
    await coordinator.associateSourceToTarget(source, target);
    return target;
  };
  const refused = await create('refused', '/_sys/reserved-by-temporal');
  const healthy = await create('healthy');

  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', runId);

  await expect(lake.client.workflow.getHandle(`dlc:${lake.zone('rz')}:clicks`).result()).resolves.toBeDefined();
  const [run] = await eventually(
    () => coordinator.listDataflowRuns({ dataflow: healthy }),
    ([newest]) => newest?.state === 'started',
  );
  expect(await coordinator.getDataflowRun(run!.runId)).toMatchObject({ dataflowQueueList: [{ sourceRunId: runId }] });
  expect(await coordinator.fetchReadyDataflowSourceByTargetId(refused)).toMatchObject([{ sourceRunId: runId }]);
  expect(warnings).toEqual([expect.stringMatching(/:refused: .*\/_sys\/.*\. Check its workflowType and taskQueue\.$/)]);
});
