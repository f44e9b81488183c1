// "Why did it start?": the rule as it stood then, over what the run claimed, and how the run came to start where the rule alone
// doesn't tell.

import type { DataflowOptionsInput, RelationOptionsInput } from '../../src';
import { finishOpen, pair, produce, runIn } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

const why = (runId: string) => lake.coordinator.why({ runId });

/** `rz:NAME:a` and `rz:NAME:b` → `sz:NAME`. */
async function two(name: string, options: DataflowOptionsInput = {}, relation: RelationOptionsInput = {}) {
  const { coordinator } = lake;
  const [a, b, id] = await Promise.all([
    coordinator.createDataflow(lake.zone('rz'), name, 'a'),
    coordinator.createDataflow(lake.zone('rz'), name, 'b'),
    coordinator.createDataflow(lake.zone('sz'), name, '', '', options),
  ]);
  const relations = [
    await coordinator.associateSourceToTarget(a, id, relation),
    await coordinator.associateSourceToTarget(b, id, relation),
  ];
  return { id, a, b, relations, keyA: `${lake.zone('rz')}:${name}:a`, keyB: `${lake.zone('rz')}:${name}:b` };
}

test('the rule of a run that started stands as it was, with each source and its queue rows, and goes on to do so', async () => {
  const { coordinator } = lake;
  const { id, a, b, keyA, keyB } = await two('tree', { partitioned: true }, { partition: 'hour→day as date' });
  const when = {
    all: [
      { source: keyA, count: 2 },
      { source: keyB, optional: true },
    ],
  };
  const runs = [await produce(lake, a, 'hour=2019-01-01T01'), await produce(lake, a, 'hour=2019-01-01T00')];
  const { runId } = await coordinator.startDataflowRunWithId(id, {
    partitionKey: 'date=2019-01-01',
    dependencyCheck: when,
    by: 'ann',
    reason: 'month end',
  });
  const expected = {
    explanation: {
      check: 'all',
      satisfied: true,
      have: 1,
      need: 1,
      of: [
        { source: keyA, satisfied: true, ready: 2, need: 2 },
        { source: keyB, satisfied: true, ready: 0, optional: true },
      ],
    },
    readyCount: 2,
    sourceCount: 2,
    causes: [{ cause: 'finish', count: 2 }],
    start: { because: 'rule', askedBy: 'person', by: 'ann', reason: 'month end', waited: false, gathered: null },
    sources: [
      {
        source: keyA,
        queueRowCount: 2,
        queueRows: [
          { sourceRunId: runs[0], partitionKey: 'hour=2019-01-01T01', cause: 'finish' },
          { sourceRunId: runs[1], partitionKey: 'hour=2019-01-01T00' },
        ],
      },
      { source: keyB, queueRowCount: 0, queueRows: [], lastRun: null },
    ],
  };
  expect(await why(runId)).toMatchObject(expected);
  expect((await why(runId)).text).toContain(
    `because ann asked for it (month end) and its rule was met (all of (2 × ${keyA}, ${keyB} (optional))); ` +
      `it consumed 2 source runs: 2 of ${keyA} (hour=2019-01-01T00, hour=2019-01-01T01). ` +
      `It consumed nothing of ${keyB} (optional).`,
  );

  // Whatever comes later: it isn't what the run saw.
  await coordinator.finishDataflowRun('success', runId);
  await produce(lake, b, 'hour=2019-01-01T00');
  await coordinator.associateSourceToTarget(await coordinator.createDataflow(lake.zone('rz'), 'tree', 'c'), id, {
    partition: 'hour→day as date',
  });
  await coordinator.operations.suspendRelation({ source: keyA, target: `${lake.zone('sz')}:tree` });
  const later = await why(runId);
  expect(later).toMatchObject({ ...expected, state: 'success', sources: [{ source: keyA }, { source: keyB }] });
  expect(later.sources).toHaveLength(2);
});

test('a source whose relation was suspended then was not waited for, though it has been resumed since', async () => {
  const { coordinator } = lake;
  const { id, a, relations, keyA, keyB } = await two('suspended');
  await coordinator.updateDataflow(id, { trigger: { when: { all: [keyA, keyB] } } });
  await coordinator.operations.suspendRelation(relations[1]!);
  await produce(lake, a);
  const nested = await coordinator.startDataflowRunWithId(id);
  await coordinator.finishDataflowRun('success', nested.runId);
  await produce(lake, a);
  const plain = await coordinator.startDataflowRunWithId(id, { dependencyCheck: 'all' });
  await coordinator.operations.resumeRelation(relations[1]!);
  expect(await why(plain.runId)).toMatchObject({ explanation: { satisfied: true, of: [{ source: keyA }] } });
  const { text, explanation } = await why(nested.runId);
  expect(explanation).toMatchObject({ satisfied: true, of: [{ ready: 1 }, { source: keyB, leftOut: 'suspended' }] });
  expect(text).toContain(`It consumed nothing of ${keyB} (its relation was suspended).`);
  await coordinator.finishDataflowRun('success', plain.runId);
});

test('how fresh a source was is told as of the start', async () => {
  const { coordinator, db } = lake;
  const { sourceKey, target, relation, produce: run } = await pair(lake, 'fresh');
  await run();
  const first = await coordinator.startDataflowRunWithId(target);
  await coordinator.finishDataflowRun('success', first.runId);
  const { runId } = await coordinator.startDataflowRunWithId(target, {
    dependencyCheck: { all: [{ source: sourceKey, within: '1 hour' }] },
  });
  await coordinator.finishDataflowRun('success', runId);
  // All of it was a day ago.
  await db.write('UPDATE dataflow_queue SET ready_at = ready_at - INTERVAL 1 DAY WHERE target_dataflow_id = ?', [
    target,
  ]);
  await db.write('UPDATE dataflow_relation SET created_at = created_at - INTERVAL 1 DAY WHERE id = ?', [relation]);
  await db.write('UPDATE dataflow_run SET started_at = started_at - INTERVAL 1 DAY WHERE run_id = ?', [runId]);
  await run();
  const { explanation, text } = await why(runId);
  expect(explanation).toMatchObject({ satisfied: true, of: [{ source: sourceKey, ready: 0, within: 3_600_000 }] });
  expect(text).toContain('and its rule was met');
});

test('a deadline that starts with what is there leaves the rule as far as it was met', async () => {
  const { coordinator } = lake;
  const { id, a, keyA, keyB } = await two('deadline');
  await produce(lake, a);
  const { runId } = await coordinator.startDataflowRunWithId(id, {
    wait: true,
    deadline: { after: '300 ms', action: 'start' },
  });
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
  const { start, explanation, text } = await why(runId);
  expect(start).toMatchObject({ because: 'deadline', waited: true });
  expect(explanation).toMatchObject({ satisfied: false, have: 1, need: 2, of: [{ ready: 1 }, { ready: 0 }] });
  expect(text).toMatch(/ \(it had waited since .* UTC\) because somebody asked for it and its deadline/);
  expect(text).toContain(`(waiting for ${keyB}; has 1 of 2); it consumed 1 source run: 1 of ${keyA}.`);
  await coordinator.finishDataflowRun('success', runId);
});

test('a start that waits for nothing tells what it took, and that a failed run had given it back', async () => {
  const { coordinator } = lake;
  const { target, sourceKey, produce: run } = await pair(lake, 'ignore', { onError: 'release' });
  await run();
  const failed = await coordinator.startDataflowRunWithId(target);
  await coordinator.finishDataflowRun('error', failed.runId);
  const { runId } = await coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
  const { start, explanation, text } = await why(runId);
  expect(start).toMatchObject({ because: 'ignore', askedBy: 'person' });
  expect(explanation).toMatchObject({ check: 'ignore', satisfied: true, of: [{ source: sourceKey, ready: 1 }] });
  expect(text).toContain(
    `waited for nothing (dependencyCheck 'ignore'); it consumed 1 source run: 1 of ${sourceKey}. ` +
      `1 source run is what run ${failed.runId} gave back when it failed.`,
  );
  await coordinator.finishDataflowRun('success', runId);
});

test('a rerun tells whose, who wanted it, and what it took; one of a replay with all downstream, of which', async () => {
  const { coordinator } = lake;
  const { source, target, sourceKey, produce: run } = await pair(lake, 'again');
  const sourceRun = await run();
  const first = await coordinator.startDataflowRunWithId(target);
  await coordinator.finishDataflowRun('error', first.runId);
  const retry = await coordinator.retryDataflowRun(first.runId, { by: 'ann', reason: 'bucket is back' });
  const { text, start, explanation } = await why(retry.runId);
  expect(text).toContain(
    ` as the retry of run ${first.runId}, which ann asked for (bucket is back); it consumed 1 source run: 1 of ${sourceKey}. It has`,
  );
  expect(start).toMatchObject({ because: 'retry', by: 'ann' });
  expect(explanation).toMatchObject({ satisfied: true, need: 0, of: [{ source: sourceKey, ready: 1 }] });
  await coordinator.finishDataflowRun('success', retry.runId);

  const { replayId } = await coordinator.replayDownstream(sourceRun);
  const anew = await finishOpen(lake, source);
  const replayed = await runIn(lake, target, 'started');
  expect((await why(anew)).text).toContain(` as the replay of run ${sourceRun} in replay ${replayId}`);
  expect((await why(replayed.runId)).start).toMatchObject({ because: 'replay', askedBy: 'replay', askedAs: replayId });
  await finishOpen(lake, target);
});

test('a run that gathered tells what ended that', async () => {
  const { coordinator } = lake;
  const { source, target, targetKey } = await pair(lake, 'gathers', {
    trigger: { mode: 'auto', debounce: '1 day', maxSources: 2 },
  });
  await produce(lake, source);
  const waiting = await runIn(lake, target, 'waiting');
  await produce(lake, source);
  const run = await runIn(lake, target, 'started');
  expect(run.runId).toBe(waiting.runId);
  const { start, text } = await why(run.runId);
  expect(start).toMatchObject({ because: 'rule', askedBy: 'source', waited: true, gathered: 'maxSources' });
  expect(text).toContain(
    'because a finished source asked for it and its rule was met (all of its sources), once it had the 2 source runs that one run takes (maxSources); ',
  );
  await finishOpen(lake, target);

  await coordinator.updateDataflow(targetKey, { trigger: { debounce: '200 ms', maxSources: null } });
  await produce(lake, source);
  const quiet = await runIn(lake, target, 'started');
  expect((await why(quiet.runId)).text).toContain('once nothing more had come for 200 ms (debounce)');
  await finishOpen(lake, target);
});

test('a run that never started has the tree of its end, or none where an earlier version ended it', async () => {
  const { coordinator, db } = lake;
  const { target, sourceKey } = await pair(lake, 'never');
  const { runId } = await coordinator.startDataflowRunWithId(target, { wait: true });
  await coordinator.cancelDataflowRun(runId);
  const answer = await why(runId);
  const explanation = { check: 'all', satisfied: false, have: 0, need: 1, of: [{ source: sourceKey, ready: 0 }] };
  expect(answer).toMatchObject({ explanation, start: null, readyCount: 0, sources: [{ source: sourceKey }] });
  expect(answer.text).toMatch(/never started: it was asked for at .* UTC\. It ended cancelled/);
  await db.write(`UPDATE run_event SET detail = JSON_REMOVE(detail, '$.explanation') WHERE run_id = ?`, [runId]);
  expect(await why(runId)).toMatchObject({ explanation: null, start: null, readyCount: 0 });
});
