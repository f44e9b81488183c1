// "Why does it wait, why did it start?": one paragraph that tells what a person would look up in five tables.

import type { DataflowOptionsInput } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  const flaky = async () => {
    throw new Error('no such bucket');
  };
  let tries = 0;
  const thirdTime = async () => (++tries < 3 ? flaky() : {});
  lake = await makeLake({ activities: { flaky, thirdTime } });
});
afterAll(() => lake.close());

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

/** Times differ from run to run: `<time>` stands for one. */
const expectText = (text: string, expected: string): void => {
  expect(text.replaceAll(new RegExp(TIME, 'g'), '<time>')).toBe(expected);
};

async function target(name: string, mode: 'auto' | 'manual', options: DataflowOptionsInput = {}) {
  const { coordinator } = lake;
  const [a, b, id] = await Promise.all([
    coordinator.createDataflow(lake.zone('rz'), name, 'a'),
    coordinator.createDataflow(lake.zone('rz'), name, 'b'),
    coordinator.createDataflow(lake.zone('sz'), name, '', '', { trigger: { mode }, ...options }),
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
  const { id, a, b, key, keyA, keyB } = await target('starts', 'manual');
  await produce(a);
  await produce(b);
  const { runId } = await coordinator.startDataflowRunWithId(id);
  const started = `Run ${runId} of ${key} started at <time> because somebody asked for it and its rule was met (all of its sources); it consumed 2 source runs: 1 of ${keyA}, 1 of ${keyB}.`;
  expectText((await coordinator.why({ runId })).text, `${started} It has not ended yet.`);
  await coordinator.finishDataflowRun('success', runId, { recordCount: 1234 });
  expectText((await coordinator.why({ runId })).text, `${started} It ended success with 1,234 rows at <time>.`);

  const ignoring = await coordinator.startDataflowRunWithId(id, { dependencyCheck: 'ignore' });
  await coordinator.finishDataflowRun('error', ignoring.runId, { message: 'no such bucket' });
  expectText(
    (await coordinator.why({ runId: ignoring.runId })).text,
    `Run ${ignoring.runId} of ${key} started at <time> because somebody asked for it and waited for nothing (dependencyCheck 'ignore'); it consumed nothing. ` +
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

test('a run that its deadline started says so, and an older one that a pause holds up when it will', async () => {
  const { coordinator, db } = lake;
  const deadline = { after: '500 ms', action: 'start' } as const;
  const { id, a, key, keyA, keyB } = await target('deadline', 'manual');
  const consumed = await produce(a);
  const { runId } = await coordinator.startDataflowRunWithId(id, { wait: true, deadline });
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
  const { text } = await coordinator.why({ runId });
  expect(text).toContain(
    `its deadline (500 ms) was over, though its rule wasn't met (waiting for ${keyB}; has 1 of 2); it consumed 1 source run: 1 of ${keyA}.`,
  );
  await coordinator.finishDataflowRun('success', runId);
  expect((await coordinator.getDataflowRun(runId)).dataflowQueueList).toMatchObject([{ sourceRunId: consumed }]);

  await coordinator.operations.pauseDataflow(id, { by: 'ann' });
  const ask = async (action: 'start' | 'expire'): Promise<string> => {
    const run = await coordinator.startDataflowRunWithId(id, {
      wait: true,
      dependencyCheck: 'ignore',
      deadline: { after: '1 hour', action },
    });
    await db.write('UPDATE dataflow_run SET opened_at = opened_at - INTERVAL 2 HOUR WHERE run_id = ?', [run.runId]);
    const answer = await coordinator.why({ runId: run.runId });
    await coordinator.cancelDataflowRun(run.runId);
    return answer.text;
  };
  expect(await ask('start')).toMatch(
    /Its deadline passed at .* UTC: it starts with what is there when the pause is over\.$/,
  );
  expect(await ask('expire')).not.toContain('expires');
  expect(key).toContain('deadline');
});

test('what a failed run gave back, and who waits behind it, is what is so, not what its dataflow says today', async () => {
  const { coordinator } = lake;
  const { id, a, key } = await target('behind', 'manual');
  await produce(a);
  const failed = await coordinator.startDataflowRunWithId(id, { dependencyCheck: 'any' });
  await coordinator.finishDataflowRun('error', failed.runId);
  await coordinator.updateDataflow(id, { onError: 'release' });
  const ask = async (runId: string): Promise<string> => (await coordinator.why({ runId })).text;
  expect(await ask(failed.runId)).toContain('It holds the 1 source run that it claimed until it is retried.');

  const source = await coordinator.createDataflow(lake.zone('rz'), 'behind', 'days', '', { partitioned: true });
  const days = await coordinator.createDataflow(lake.zone('sz'), 'behind', 'days', '', { partitioned: true });
  await coordinator.associateSourceToTarget(source, days);
  const fail = async (partitionKey: string): Promise<string> => {
    const { runId } = await coordinator.startDataflowRunWithId(source, { partitionKey });
    await coordinator.finishDataflowRun('error', runId);
    return runId;
  };
  const one = await fail('d=1');
  const waiting = await coordinator.startDataflowRunWithId(days, { partitionKey: 'd=1', wait: true });
  expect(await ask(one)).toContain(`Behind it waits run ${waiting.runId} of ${key}:days @ d=1.`);
  expect(await ask(await fail('d=2'))).not.toContain('Behind it');
  const { runId } = await coordinator.startDataflowRunWithId(source, { partitionKey: 'd=1' });
  await coordinator.finishDataflowRun('success', runId);
  expect(await ask(one)).not.toContain('Behind it');
});

test('a slot that a start would have to wait for says so, and counts a source once', async () => {
  const { coordinator } = lake;
  const { id, keyA, keyB } = await target('full', 'manual', { maxConcurrentRuns: 1, partitioned: true });
  const started = await coordinator.startDataflowRunWithId(id, { partitionKey: 'd=1', dependencyCheck: 'ignore' });
  await coordinator.updateDataflow(id, { trigger: { when: { any: [{ all: [keyA, keyB] }, keyA] } } });
  for (const source of [keyA, keyB]) {
    const { runId } = await coordinator.startDataflowRunWithId(source, { partitionKey: 'd=2' });
    await coordinator.finishDataflowRun('success', runId);
  }
  const { text } = await coordinator.why({ dataflow: id, partitionKey: 'd=2' });
  expect(text).toMatch(
    /Its rule is met: 2 source runs ready\. A start would be waiting for a place: 1 of 1 run at once are running\.$/,
  );
  await coordinator.finishDataflowRun('success', started.runId);
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

test('a job that has ended tells how often it was tried', async () => {
  const { coordinator } = lake;
  const run = async (job: DataflowOptionsInput['job'], name: string): Promise<string> => {
    const id = await coordinator.createDataflow(lake.zone('rz'), name, '', '', { job });
    const { runId } = await coordinator.startDataflowRunWithId(id);
    const { state } = await eventually(
      () => coordinator.getDataflowRun(runId),
      ({ endedAt }) => endedAt !== null,
    );
    const answer = await coordinator.why({ runId });
    expect(answer).toMatchObject({ state, job: { attempt: 3, lastFailure: 'no such bucket' } });
    return answer.text;
  };
  const retry = { maximumAttempts: 3, initialInterval: '1 ms' };
  expect(await run({ type: 'activity', name: 'flaky', retry }, 'fails')).toMatch(
    /It ended error at .* UTC after 3 attempts of its job: no such bucket\.$/,
  );
  expect(await run({ type: 'activity', name: 'thirdTime', retry }, 'third')).toMatch(
    /It ended success at .* UTC after 3 attempts of its job\. The last of them that failed did so with: no such bucket\.$/,
  );
  expect(await run({ type: 'workflow', name: 'noSuchBucket', retry }, 'child')).toMatch(
    /It ended error at .* UTC after 3 attempts of its job: no such bucket\.$/,
  );
});

test('what is not there, and a slot without its partition or with one that no run can have, is refused', async () => {
  const { coordinator } = lake;
  await coordinator.createDataflow(lake.zone('rz'), 'parts', '', '', { partitioned: true });
  await expect(coordinator.why({ runId: '00000000-0000-4000-8000-000000000000' }))
    .rejects //
    .toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(coordinator.why({ dataflow: 'rz:nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(coordinator.why({ dataflow: `${lake.zone('rz')}:parts` }))
    .rejects //
    .toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partitionKey' } });
  for (const partitionKey of ['', ' x ', 'x'.repeat(481)]) {
    await expect(coordinator.why({ dataflow: `${lake.zone('rz')}:parts`, partitionKey }))
      .rejects //
      .toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'partitionKey' } });
  }
  const { text } = await coordinator.why({ dataflow: `${lake.zone('rz')}:parts`, partitionKey: 'm=1' });
  expect(text).toBe(
    `${lake.zone('rz')}:parts @ m=1 has no open run: somebody starts it (trigger mode manual). It has no sources, so it may at any time.`,
  );
});
