// What a reader of the Temporal UI finds on a run's page: summary, details, current details, search attributes.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

async function currentDetails(workflowId: string): Promise<string | null | undefined> {
  const handle = lake.client.workflow.getHandle(workflowId);
  const metadata = await handle.query<temporal.api.sdk.v1.IWorkflowMetadata>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

test('a run tells what it waits for, what it consumes, and what it wrote', async () => {
  const { coordinator } = lake;
  const airports = await coordinator.createDataflow(lake.zone('rz'), 'airports');
  const flights = await coordinator.createDataflow(lake.zone('rz'), 'flights');
  const delays = await coordinator.createDataflow(lake.zone('cz'), 'delays', '', '', {
    description: 'Delays by airport.',
  });
  await coordinator.associateSourceToTarget(airports, delays);
  await coordinator.associateSourceToTarget(flights, delays);

  const source = await coordinator.startDataflowRunWithId(flights);
  await coordinator.finishDataflowRun('success', source.runId, { recordCount: 3_000_000 });
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(delays, { wait: true });
  const opened = (await coordinator.getDataflowRun(runId)).openedAt.toISOString().slice(0, 16).replace('T', ' ');
  const paragraphs = (summary: string, ...more: string[]): string =>
    [`### ${lake.zone('cz')}:delays: ${summary}`, `Run \`${runId}\`, opened ${opened} UTC.`, ...more].join('\n\n');
  expect(await currentDetails(workflowId)).toBe(
    paragraphs(
      `waiting for ${lake.zone('rz')}:airports; has 1 of 2`,
      `- ○ \`${lake.zone('rz')}:airports\`: nothing ready yet\n- ✓ \`${lake.zone('rz')}:flights\`: 1 ready`,
    ),
  );

  const other = await coordinator.startDataflowRunWithId(airports);
  await coordinator.finishDataflowRun('success', other.runId);
  await coordinator.waitForDataflowRunStart(runId);
  const consumed = [
    'It consumes 2 source runs:',
    `- \`${lake.zone('rz')}:flights\`, 3,000,000 rows (run \`${source.runId}\`)\n` +
      `- \`${lake.zone('rz')}:airports\` (run \`${other.runId}\`)`,
  ];
  expect(await currentDetails(workflowId)).toBe(
    paragraphs('started: waits for its external job to finish', ...consumed),
  );

  await coordinator.finishDataflowRun('success', runId, { recordCount: 1234, dataflowBatchRunId: 'b1' });
  const ended = await lake.client.workflow.getHandle(workflowId).result();
  expect(ended).toMatchObject({ runId, state: 'success', recordCount: 1234, message: null });
  expect(await currentDetails(workflowId)).toBe(
    paragraphs('ended: success', ...consumed, 'It wrote 1,234 rows, batch `b1`.'),
  );
  const description = await lake.client.workflow.getHandle(workflowId).describe();
  expect(await description.staticSummary()).toBe(`${lake.zone('cz')}:delays`);
  expect(await description.staticDetails()).toContain('Delays by airport.');
  const attribute = defineSearchAttributeKey('DlcDataflow', SearchAttributeType.KEYWORD);
  expect(description.typedSearchAttributes.get(attribute)).toBe(`${lake.zone('cz')}:delays`);
});

test("a triggered run bears its dataflow's description too", async () => {
  const { coordinator } = lake;
  const source = await coordinator.createDataflow(lake.zone('rz'), 'clicks');
  const target = await coordinator.createDataflow(lake.zone('sz'), 'clicks', '', '', {
    trigger: { mode: 'auto' },
    description: 'Clicks by day.',
  });
  await coordinator.associateSourceToTarget(source, target);
  const { runId } = await coordinator.startDataflowRunWithId(source);
  await coordinator.finishDataflowRun('success', runId);
  const description = await lake.client.workflow.getHandle(`dlc:${lake.zone('sz')}:clicks`).describe();
  expect(await description.staticDetails()).toContain('Clicks by day.\n\nStarted by a finished source.');
});
