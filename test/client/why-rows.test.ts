// Which source runs are there, of a source that has to finish several: their partitions, for each relation.

import { pair } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

test('a waiting run tells which hours of its day are there', async () => {
  const { coordinator } = lake;
  const flow = await pair(lake, 'hours', { partitioned: true }, {}, { partition: 'hour→day as date' });
  const when = { all: [{ source: flow.sourceKey, count: 3 }] };
  await coordinator.updateDataflow(flow.target, { trigger: { when } });
  const partitionKey = 'date=2019-01-01';
  const [late, early] = ['hour=2019-01-01T07', 'hour=2019-01-01T05'];
  const sources = [await flow.produce(late), await flow.produce(early)];

  const { runId } = await coordinator.startDataflowRunWithId(flow.target, { partitionKey, wait: true });
  for (const subject of [{ runId }, { dataflow: flow.target, partitionKey }]) {
    const answer = await coordinator.why(subject);
    expect(answer.text).toContain(`has 2 of 3`);
    expect(answer.text).toContain(` Ready of it: ${early}, ${late}.`);
    expect(answer.sources).toMatchObject([
      {
        queueRowCount: 2,
        queueRows: [
          { sourceRunId: sources[0], partitionKey: late, cause: 'finish', rerunOf: null, readyAt: expect.any(Date) },
          { sourceRunId: sources[1], partitionKey: early, cause: 'finish', rerunOf: null },
        ],
      },
    ]);
  }
  await coordinator.cancelDataflowRun(runId);
});
