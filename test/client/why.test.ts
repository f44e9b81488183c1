// "Why does it wait, why did it start?": one paragraph that tells what a person would look up in five tables.

import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  const flaky = async () => {
    throw new Error('no such bucket');
  };
  lake = await makeLake({ activities: { flaky } });
});
afterAll(() => lake.close());

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

/** Times differ from run to run: `<time>` stands for one. */
const expectText = (text: string, expected: string): void => {
  expect(text.replaceAll(new RegExp(TIME, 'g'), '<time>')).toBe(expected);
};

async function target(name: string, mode: 'auto' | 'manual') {
  const { coordinator } = lake;
  const [a, b, id] = await Promise.all([
    coordinator.createDataflow(lake.zone('rz'), name, 'a'),
    coordinator.createDataflow(lake.zone('rz'), name, 'b'),
    coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode } }),
  ]);
  await coordinator.associateSourceToTarget(a, id);
  await coordinator.associateSourceToTarget(b, id);
  const keyOf = (source: string): string => `${lake.zone('rz')}:${name}:${source}`;
  return { id, a, b, key: `${lake.zone('sz')}:${name}`, keyA: keyOf('a'), keyB: keyOf('b') };
}

async function produce(source: string, status: 'success' | 'error' = 'success', recordCount?: number): Promise<string> {
  const { runId } = await lake.coordinator.startDataflowRunWithId(source);
  const message = status === 'error' ? 'no such bucket' : undefined;
  await lake.coordinator.finishDataflowRun(status, runId, { recordCount, message });
  return runId;
}

test('a waiting run names what it lacks, who took it, and what the source does now', async () => {
  const { coordinator } = lake;
  const { id, a, b, key, keyA, keyB } = await target('waits', 'manual');
  const first = await produce(a);
  const consumer = await coordinator.startDataflowRunWithId(id, { dependencyCheck: 'any' });
  await coordinator.finishDataflowRun('success', consumer.runId);
  const failed = await produce(a, 'error');

  const { runId } = await coordinator.startDataflowRunWithId(id, { wait: true });
  const answer = await coordinator.why({ runId });
  expectText(
    answer.text,
    `Run ${runId} of ${key} has been waiting since <time>: it is waiting for ${keyA}, ${keyB}; has 0 of 2. ` +
      `${keyA} finished its newest run ${first} at <time>, which was consumed by run ${consumer.runId} (success); ` +
      `its last run ${failed} ended error at <time>. ${keyB} never ran.`,
  );
  expect(answer).toMatchObject({
    state: 'waiting',
    dataflow: key,
    explanation: { have: 0, need: 2 },
    sources: [
      { source: keyA, newest: { sourceRunId: first, claimedBy: { runId: consumer.runId, state: 'success' } } },
      { source: keyB, newest: null, lastRun: null },
    ],
  });

  const open = await coordinator.startDataflowRunWithId(b);
  const { text } = await coordinator.why({ dataflow: key });
  expect(text).toContain(`${keyB} has finished no run for it; its run ${open.runId} is started since `);
});

test('a run that started tells what it consumed, and how it ended', async () => {
  const { coordinator } = lake;
  const { id, a, b, key } = await target('starts', 'manual');
  await produce(a);
  await produce(b);
  const { runId } = await coordinator.startDataflowRunWithId(id);
  const started = `Run ${runId} of ${key} started at <time> because somebody asked for it and its rule was met; it consumed 2 source runs.`;
  expectText((await coordinator.why({ runId })).text, `${started} It has not ended yet.`);
  await coordinator.finishDataflowRun('success', runId, { recordCount: 1234 });
  expectText((await coordinator.why({ runId })).text, `${started} It ended success with 1,234 rows at <time>.`);

  const ignoring = await coordinator.startDataflowRunWithId(id, { dependencyCheck: 'ignore' });
  await coordinator.finishDataflowRun('error', ignoring.runId, { message: 'no such bucket' });
  expectText(
    (await coordinator.why({ runId: ignoring.runId })).text,
    `Run ${ignoring.runId} of ${key} started at <time> because somebody asked for it and waited for nothing; it consumed nothing. ` +
      'It ended error at <time>: no such bucket.',
  );
});

test('a dataflow without an open run tells what it would take', async () => {
  const { coordinator } = lake;
  const manual = await target('idle', 'manual');
  const auto = await target('idle-auto', 'auto');
  const ask = async (dataflow: string): Promise<string> => (await coordinator.why({ dataflow })).text;

  expect(await ask(auto.key)).toBe(
    `${auto.key} has no open run: a finished source starts it, and it is waiting for ${auto.keyA}, ${auto.keyB}; has 0 of 2. ` +
      `${auto.keyA} never ran. ${auto.keyB} never ran.`,
  );
  await produce(manual.a);
  await produce(manual.b);
  expect(await ask(manual.key)).toBe(
    `${manual.key} has no open run: somebody starts it (trigger mode manual). Its rule is met: 2 source runs ready.`,
  );
  await lake.db.write(`UPDATE dataflow SET status = 'disabled' WHERE dataflow_key = ?`, [manual.key]);
  expect(await ask(manual.key)).toBe(`${manual.key} has no open run: it is disabled, so nothing can start it.`);
  await lake.db.write('UPDATE dataflow_relation SET suspended_at = UTC_TIMESTAMP(6) WHERE target_dataflow_id = ?', [
    auto.id,
  ]);
  expectText(
    await ask(auto.key),
    `${auto.key} has no open run: a finished source starts it, and none has finished since its last run. ` +
      [auto.keyA, auto.keyB].map((key) => `${key} is left out: its relation was suspended at <time>.`).join(' '),
  );
});

test('a job that Temporal tries again tells how often, and what went wrong', async () => {
  const { coordinator } = lake;
  const job = { type: 'activity', name: 'flaky', retry: { initialInterval: '1 hour' } } as const;
  const id = await coordinator.createDataflow(lake.zone('rz'), 'flaky', '', '', { job });
  const { runId } = await coordinator.startDataflowRunWithId(id);
  const { text } = await eventually(
    () => coordinator.why({ runId }),
    (answer) => answer.job?.lastFailure != null,
  );
  expect(text).toMatch(/It has not ended yet\. Its job is at attempt 2; the last one failed: no such bucket\.$/);
  await lake.client.workflow.getHandle(`dlc:${lake.zone('rz')}:flaky`).terminate();
});

test('what is not there, and a slot without its partition, is refused', async () => {
  const { coordinator } = lake;
  await coordinator.createDataflow(lake.zone('rz'), 'parts', '', '', { partitioned: true });
  await expect(coordinator.why({ runId: '00000000-0000-4000-8000-000000000000' }))
    .rejects //
    .toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(coordinator.why({ dataflow: 'rz:nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(coordinator.why({ dataflow: `${lake.zone('rz')}:parts` }))
    .rejects //
    .toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partitionKey' } });
  const { text } = await coordinator.why({ dataflow: `${lake.zone('rz')}:parts`, partitionKey: 'm=1' });
  expect(text).toBe(
    `${lake.zone('rz')}:parts @ m=1 has no open run: somebody starts it (trigger mode manual). It has no sources, so it may at any time.`,
  );
});
