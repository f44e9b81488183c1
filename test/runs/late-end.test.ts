// The late end of a run whose lease had expired: accepted, it is the only success on what the run had consumed.

import { Database } from '../../src';
import type { Queryable } from '../../src/store';
import { claimedBy, eventsOf, pair, runIn, runsOf } from '../support/flow';
import { gate } from '../support/gate';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

const late = { status: 'success', recordCount: 7 } as const;
const readyOf = async (target: string): Promise<string[]> =>
  (await lake.coordinator.fetchReadyDataflowSourceByTargetId(target)).map(({ sourceRunId }) => sourceRunId);
const start = (dataflow: string) => lake.coordinator.startDataflowRunWithId(dataflow, { heartbeatTimeout: '500 ms' });

/** A run of the target whose lease has expired, with one source run claimed. */
async function expired(name: string, onError: 'hold' | 'release' = 'hold') {
  const flow = await pair(lake, name, { onError });
  const sourceRun = await flow.produce();
  const { runId } = await start(flow.target);
  await runIn(lake, flow.target, 'error');
  return { ...flow, sourceRun, runId };
}

async function retryInVain(runId: string): Promise<string> {
  const retry = await lake.coordinator.retryDataflowRun(runId);
  await lake.coordinator.finishDataflowRun('error', retry.runId);
  return retry.runId;
}

describe.each(['hold', 'release'] as const)('with what failed runs consumed on %s', (onError) => {
  test('a late end is not accepted once the retry of a retry has succeeded', async () => {
    const { coordinator } = lake;
    const { target, runId } = await expired(`chain-${onError}`, onError);
    const first = await retryInVain(runId);
    const second = await coordinator.retryDataflowRun(first);
    const accept = () => coordinator.operations.acceptRun(runId, late);
    await expect(accept()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('Cancel that one first'),
      details: { field: 'runId', consumedBy: second.runId },
    });
    await coordinator.finishDataflowRun('success', second.runId);
    await expect(accept()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'runId', consumedBy: second.runId },
    });
    expect(await coordinator.getDataflowRun(runId)).toMatchObject({ state: 'error', errorCode: 'LEASE_EXPIRED' });
    expect(await runsOf(lake, target, 'success')).toHaveLength(1);
    expect(await readyOf(target)).toEqual([]);
  });

  test('a late end that is accepted after retries in vain leaves nothing to consume, and nothing to retry', async () => {
    const { coordinator } = lake;
    const { target, runId, sourceRun } = await expired(`in-vain-${onError}`, onError);
    const first = await retryInVain(runId);
    const second = await retryInVain(first);
    expect(await readyOf(target)).toEqual(onError === 'release' ? [sourceRun] : []);
    await coordinator.operations.acceptRun(runId, late);
    expect(await readyOf(target)).toEqual([]);
    await expect(coordinator.retryDataflowRun(second)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'runId', accepted: runId },
    });
    const replay = await coordinator.replayDataflowRun(runId);
    expect(await claimedBy(lake, replay.runId)).toEqual([sourceRun]);
    await coordinator.finishDataflowRun('error', replay.runId);
    const retry = await coordinator.retryDataflowRun(replay.runId);
    expect(await claimedBy(lake, retry.runId)).toEqual([sourceRun]);
    await coordinator.finishDataflowRun('success', retry.runId);
  });
});

test('of a run and its retry, both silent, one late end is accepted', async () => {
  const { coordinator } = lake;
  const flow = await pair(lake, 'both', {
    onError: 'release',
    job: { type: 'external', heartbeatTimeout: '500 ms' },
  });
  await flow.produce();
  const { runId } = await start(flow.target);
  await runIn(lake, flow.target, 'error');
  const retry = await coordinator.retryDataflowRun(runId);
  await eventually(
    () => coordinator.getDataflowRun(retry.runId),
    ({ state }) => state === 'error',
  );
  await coordinator.operations.acceptRun(runId, late);
  await expect(coordinator.operations.acceptRun(retry.runId, late)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { accepted: runId },
  });
  expect(await runsOf(lake, flow.target, 'success')).toHaveLength(1);
});

test('without any sources, too: a retry in vain is not retried once the late end was accepted, nor is it the other way round', async () => {
  const { coordinator } = lake;
  for (const first of ['accept', 'retry'] as const) {
    const id = await coordinator.createDataflow(lake.zone('rz'), `no-sources-${first}`);
    const { runId } = await start(id);
    await runIn(lake, id, 'error');
    const retry = await retryInVain(runId);
    const again = () => coordinator.retryDataflowRun(retry);
    const accept = () => coordinator.operations.acceptRun(runId, late);
    if (first === 'accept') {
      await accept();
      await expect(again()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { accepted: runId } });
    } else {
      const second = await again();
      await expect(accept()).rejects.toMatchObject({ details: { consumedBy: second.runId } });
      await coordinator.finishDataflowRun('success', second.runId);
      await expect(accept()).rejects.toMatchObject({ details: { consumedBy: second.runId } });
    }
  }
});

test('an orphaned retry is not cleared once the late end was accepted', async () => {
  const { coordinator, client } = lake;
  const { target, runId } = await expired('orphaned');
  const retry = await coordinator.retryDataflowRun(runId);
  await client.workflow.getHandle(retry.workflowId).terminate();
  const other = await coordinator.startDataflowRunWithId(target, { dependencyCheck: 'ignore' });
  await coordinator.finishDataflowRun('success', other.runId);
  expect(await coordinator.getDataflowRun(retry.runId)).toMatchObject({ state: 'orphaned' });
  await coordinator.operations.acceptRun(runId, late);
  await expect(coordinator.operations.clearRun(retry.runId)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { accepted: runId },
  });
  expect(await readyOf(target)).toEqual([]);
});

/** Until a statement on the queue waits for another one's lock. */
const queueWait = () =>
  eventually(
    () =>
      lake.db.select(
        `SELECT info FROM information_schema.PROCESSLIST
         WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%dataflow_queue%' AND time > 0`,
      ),
    (waiting) => waiting.length > 0,
  );

/** The next transaction that claims something goes on to its commit only once `commit` is opened. */
function holdClaim() {
  const [inside, commit] = [gate(), gate()];
  const original = Database.prototype.transaction;
  const spy = jest.spyOn(Database.prototype, 'transaction').mockImplementation(async function (
    this: Database,
    work: (tx: Queryable) => Promise<unknown>,
  ) {
    return original.call(this, async (tx) => {
      let claims = false;
      const done = await work({
        ...tx,
        write: (sql, values) => {
          claims ||= sql.includes('SET target_run_id');
          return tx.write(sql, values);
        },
      });
      if (!claims) return done;
      inside.open();
      await commit.opened;
      return done;
    });
  });
  const restore = () => {
    commit.open();
    spy.mockRestore();
  };
  return { inside: inside.opened, commit: () => commit.open(), restore };
}

test('a start that is just claiming what the run gave back has it, and the late end is refused', async () => {
  const { coordinator } = lake;
  const { target, sourceRun, runId } = await expired('race', 'release');
  const claim = holdClaim();
  try {
    const starting = coordinator.startDataflowRunWithId(target);
    await claim.inside;
    const accepting = coordinator.operations.acceptRun(runId, late).catch((error: unknown) => error);
    await queueWait();
    claim.commit();
    const started = await starting;
    expect(await claimedBy(lake, started.runId)).toEqual([sourceRun]);
    expect(await accepting).toMatchObject({ code: 'INVALID_ARGUMENT', details: { consumedBy: started.runId } });
    await coordinator.finishDataflowRun('success', started.runId);
  } finally {
    claim.restore();
  }
});

test('a start that has seen what the run gave back claims nothing once the late end was accepted', async () => {
  const { coordinator } = lake;
  const { target, runId } = await expired('seen', 'release');
  const [seen, go] = [gate(), gate()];
  const original = Database.prototype.transaction;
  const spy = jest.spyOn(Database.prototype, 'transaction').mockImplementation(async function (
    this: Database,
    work: (tx: Queryable) => Promise<unknown>,
  ) {
    return original.call(this, (tx) =>
      work({
        ...tx,
        write: async (sql, values) => {
          if (sql.includes('SET target_run_id')) {
            seen.open();
            await go.opened;
          }
          return tx.write(sql, values);
        },
      }),
    );
  });
  try {
    const starting = coordinator.startDataflowRunWithId(target).catch((error: unknown) => error);
    await seen.opened;
    await coordinator.operations.acceptRun(runId, late);
    go.open();
    expect(await starting).toMatchObject({ code: 'DEPENDENCY_NOT_READY' });
  } finally {
    go.open();
    spy.mockRestore();
  }
  expect(await runsOf(lake, target, 'success')).toMatchObject([{ runId }]);
});

test('an error that is accepted leaves what the run gave back where it is', async () => {
  const { coordinator } = lake;
  const { target, sourceRun, runId } = await expired('disk-full', 'release');
  expect(await readyOf(target)).toEqual([sourceRun]);
  await coordinator.operations.acceptRun(runId, { status: 'error', message: 'disk full' });
  expect(await coordinator.getDataflowRun(runId)).toMatchObject({
    state: 'error',
    message: 'disk full',
    errorCode: null,
  });
  expect(await eventsOf(lake, runId)).toEqual(['started', 'release', 'error', 'accept', 'error']);
  expect(await readyOf(target)).toEqual([sourceRun]);
  const next = await coordinator.startDataflowRunWithId(target);
  expect(await claimedBy(lake, next.runId)).toEqual([sourceRun]);
  await coordinator.finishDataflowRun('success', next.runId);
});

describe('of a run that was replayed with what was made of it', () => {
  async function replayedSilent(name: string) {
    const { coordinator } = lake;
    const job = { type: 'external', heartbeatTimeout: '700 ms' } as const;
    const flow = await pair(lake, name, {}, { job });
    const first = await flow.produce();
    const consumer = await coordinator.startDataflowRunWithId(flow.target);
    await coordinator.finishDataflowRun('success', consumer.runId);
    const { workflowId } = await coordinator.replayDownstream(first);
    const silent = await runIn(lake, flow.source, 'error');
    await expect(lake.client.workflow.getHandle(workflowId).result()).rejects.toBeDefined();
    return { ...flow, silent };
  }

  test('a late end is ready for the targets when the replay has ended', async () => {
    const { target, silent } = await replayedSilent('let-go');
    await lake.coordinator.operations.acceptRun(silent.runId, late);
    expect(await readyOf(target)).toEqual([silent.runId]);
  });

  test('a late end waits along with what the replay still withholds', async () => {
    const { coordinator, db } = lake;
    const { target, silent, produce } = await replayedSilent('still');
    const other = await produce();
    // As while it goes on.
    await db.write('UPDATE dataflow_queue SET withheld_by = ? WHERE source_run_id = ?', [silent.withholdBy, other]);
    await coordinator.operations.acceptRun(silent.runId, late);
    expect(await readyOf(target)).toEqual([]);
    const warn = jest.spyOn(console, 'warn').mockReturnValue();
    expect((await coordinator.heal({ graceMs: 0 })).healed.filter(({ kind }) => kind === 'staleHold')).toHaveLength(1);
    warn.mockRestore();
    expect((await readyOf(target)).sort()).toEqual([other, silent.runId].sort());
  });
});
