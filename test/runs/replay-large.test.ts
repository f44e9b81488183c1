// A replay ends, however much its runs have to say.

import { ApplicationFailure } from '@temporalio/common';
import type { DataflowOptionsInput } from '../../src';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { ANY, flows, JOB, ranOf, reached } from '../support/replays';

let lake: Lake;
let failing = false;
beforeAll(async () => {
  const job = async ({ dataflow }: { dataflow: string }) => {
    if (failing && !dataflow.startsWith(lake.zone('raw'))) {
      throw ApplicationFailure.nonRetryable(`SELECT ${'x'.repeat(250_000)}`);
    }
    return { recordCount: 1 };
  };
  lake = await makeLake({ activities: { job } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

test('steps that fail with long messages: each is told in brief, and nothing is left withheld', async () => {
  const targets = Array.from({ length: 9 }, (_, number) => `t${String(number)}`);
  const options: Record<string, DataflowOptionsInput> = {
    raw: JOB,
    ...Object.fromEntries(targets.map((name) => [name, ANY])),
  };
  const ids = await flows(
    lake,
    'long',
    options,
    targets.map((name) => `raw>${name}` as const),
  );
  const root = await ranOf(lake, ids['raw']!);
  for (const name of targets) await reached(lake, ids[name]!, 1);
  failing = true;
  const { workflowId, replayId } = await lake.coordinator.replayDownstream(root);
  await expect(lake.client.workflow.getHandle(workflowId).result()).rejects.toMatchObject({
    cause: { type: 'REPLAY_INCOMPLETE', message: "9 runs weren't replayed.", details: [{ replayId }] },
  });
  const [first, ...others] = (await lake.coordinator.getReplay(replayId)).steps;
  expect(first).toMatchObject({ state: 'success' });
  expect(others.map(({ state, message }) => [state, message])).toEqual(
    targets.map(() => ['failed', `SELECT ${'x'.repeat(493)}`]),
  );
  expect(await lake.db.select('SELECT id FROM dataflow_queue WHERE withheld_by IS NOT NULL')).toEqual([]);
}, 60_000);
