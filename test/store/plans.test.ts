// Every query on a run's way finds its rows by an index, whichever engine plans it: 200 dataflows with 100 runs each.

import { randomUUID } from 'node:crypto';
import { dataflowId, relationId, runId } from '../../src/domain/ids';
import type { Dataflow, Relation } from '../../src/domain/model';
import * as store from '../../src/store';
import type { Database, Queryable } from '../../src/store';
import { makeDatabase } from '../support/lake';

let db: Database;
beforeAll(async () => {
  ({ db } = await makeDatabase(`dlc_test_plans_${randomUUID().slice(0, 8)}`));
  const numbers = (name: string, count: number): string =>
    `(WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${String(count)}) SELECT i FROM n) ${name}`;
  await db.write(
    `INSERT INTO dataflow (id, dataflow_key, zone, model_name, model_key, model_sec_key, status, trigger_mode, trigger_when,
                           job, partitioned, created_at, updated_at)
     SELECT f.i, CONCAT('z:f', f.i), 'z', CONCAT('f', f.i), '', '', 'enabled', 'auto', 'all', '{}', FALSE, NOW(), NOW()
     FROM ${numbers('f', 200)}`,
  );
  await db.write(
    `INSERT INTO dataflow_relation (id, source_dataflow_id, target_dataflow_id, open_pair, partition_mapping, created_at)
     SELECT f.i, f.i, f.i + 1, 1, 'same', NOW() FROM ${numbers('f', 199)}`,
  );
  await db.write(
    `INSERT INTO dataflow_run (run_id, dataflow_id, workflow_id, state, slot, open_slot, request_id, triggered,
                               dependency_check, opened_at, started_at, ended_at)
     SELECT CONCAT('run-', f.i, '-', r.i), f.i, CONCAT('dlc:z:f', f.i), IF(r.i = 100, 'started', 'success'), '',
            IF(r.i = 100, '', NULL), CONCAT('request-', r.i), TRUE, 'all', NOW(), NOW(), IF(r.i = 100, NULL, NOW())
     FROM ${numbers('f', 200)} JOIN ${numbers('r', 100)}`,
  );
  await db.write(
    `INSERT INTO dataflow_queue (relation_id, source_dataflow_id, target_dataflow_id, source_run_id, target_run_id,
                                 target_slot, attempt, cause, ready_at)
     SELECT f.i, f.i, f.i + 1, CONCAT('run-', f.i, '-', r.i), IF(r.i < 98, CONCAT('run-', f.i + 1, '-', r.i), NULL), '',
            0, 'finish', NOW()
     FROM ${numbers('f', 199)} JOIN ${numbers('r', 99)}`,
  );
  await db.write(
    `INSERT INTO zone_pause (zone, paused_at, paused_by) SELECT CONCAT('p', f.i), NOW(), 'ops' FROM ${numbers('f', 50)}`,
  );
  await db.write(
    `INSERT INTO operation (operation_id, kind, subject, done_by, at)
     SELECT CONCAT('o', f.i, '-', r.i), 'suspendRelation', CONCAT('z:f', f.i, ' → z:f', f.i + 1), 'ann', NOW() - INTERVAL 1 DAY
     FROM ${numbers('f', 199)} JOIN ${numbers('r', 3)}`,
  );
  await db.write(`UPDATE dataflow_run SET rerun_of = run_id WHERE id % 10 = 0`);
  await db.select('ANALYZE TABLE zone_pause, dataflow, dataflow_relation, dataflow_run, dataflow_queue, operation');
});
afterAll(async () => {
  const [row] = await db.select<{ name: string }>('SELECT DATABASE() AS name');
  await db.write(`DROP DATABASE ${row!.name}`);
  await db.close();
});

interface PlanRow {
  readonly table: string;
  readonly key: string | null;
  readonly rows: number | string;
}

/** For each table that `run`'s queries read, in their order: `alias.index`. */
async function plan(run: (db: Queryable) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  const explaining: Queryable = {
    select: async (sql, values) => {
      const rows = await db.select<PlanRow>(`EXPLAIN FORMAT = TRADITIONAL ${sql}`, values);
      for (const { table, key, rows: estimate } of rows) {
        found.push(`${table}.${String(key)}${Number(estimate) > 500 ? ` (${String(estimate)} rows)` : ''}`);
      }
      return db.select(sql, values);
    },
    write: () => Promise.reject(new Error('A query writes nothing.')),
  };
  await run(explaining);
  return found;
}

const TARGET = dataflowId(100);
const LIMITED = { id: TARGET, maxConcurrentRuns: 3, slotOrder: 'ready' } as Dataflow;

test.each<[string, (db: Queryable) => Promise<unknown>, string[]]>([
  ['a run by its runId', (db) => store.findRun(db, 'run-7-7'), ['r.run_by_run_id', 'd.PRIMARY']],
  ['runs by their runIds', (db) => store.findRuns(db, ['run-7-7', 'run-7-8']), ['r.run_by_run_id', 'd.PRIMARY']],
  ['a run by its request', (db) => store.findRunByRequest(db, TARGET, 'request-7'), ['r.run_by_request', 'd.PRIMARY']],
  [
    'which runs are runs of sources',
    (db) => store.sourceRunsAmong(db, TARGET, ['run-99-7', 'run-99-8', 'run-7-7']),
    ['r.run_by_run_id', 'l.relation_by_pair'],
  ],
  ["a slot's open run", (db) => store.findOpenRun(db, TARGET, ''), ['r.run_by_open_slot', 'd.PRIMARY']],
  ["a dataflow's open slots", (db) => store.lockOpenSlots(db, TARGET), ['dataflow_run.run_by_open_slot']],
  ['dataflows by their ids', (db) => store.findDataflows(db, [TARGET, dataflowId(101)]), ['d.PRIMARY', 'z.PRIMARY']],
  ['a dataflow by its key', (db) => store.findDataflow(db, { key: 'z:f7' }), ['d.dataflow_by_key', 'z.PRIMARY']],
  [
    "a source's relations",
    (db) => store.relationsOfSource(db, TARGET),
    ['l.relation_by_pair', 's.PRIMARY', 't.PRIMARY'],
  ],
  [
    "a target's relations",
    (db) => store.activeRelationsOfTarget(db, TARGET),
    ['l.relation_by_target', 's.PRIMARY', 't.PRIMARY'],
  ],
  [
    "a slot's queue",
    (db) => store.readyRows(db, TARGET, ''),
    ['q.queue_ready', 'l.PRIMARY', 'd.PRIMARY', 'r.run_by_run_id'],
  ],
  [
    'what a run claimed',
    (db) => store.claimedRows(db, 'run-100-7', 101),
    ['q.queue_by_target_run', 'd.PRIMARY', 'r.run_by_run_id'],
  ],
  [
    'what has become of partitions',
    (db) => store.partitionRuns(db, TARGET, ['day=7', 'day=8']),
    ['<derived2>.null', 'n.run_by_partition', 'r.PRIMARY'],
  ],
  ['how much a run claimed', (db) => store.countClaimedRows(db, 'run-100-7'), ['dataflow_queue.queue_by_target_run']],
  [
    'how fresh the sources of a slot are',
    (db) => store.newestAge(db, [relationId(98), relationId(99)], ''),
    ['l.PRIMARY', 'q.queue_by_relation'],
  ],
  [
    'how fresh they were when a run started',
    (db) => store.newestAgeAtStart(db, [relationId(98), relationId(99)], runId('run-100-7')),
    ['s.run_by_run_id', 'l.PRIMARY', 'q.queue_by_relation'],
  ],
  [
    'what was suspended when a run started',
    (db) => store.suspendedAtStart(db, [{ sourceKey: 'z:f7', targetKey: 'z:f8' } as Relation], runId('run-100-7')),
    ['<derived2>.null', 's.run_by_run_id', 'n.operation_by_subject', 'o.PRIMARY'],
  ],
  [
    'who changed something last',
    (db) => store.lastChange(db, ['z:f7 → z:f8', 'zone z'], ['suspendRelation', 'resumeZone']),
    ['<derived2>.null', 'n.operation_by_subject', 'o.PRIMARY'],
  ],
  [
    'the newest run that each source queued for a slot',
    (db) => store.newestQueued(db, [relationId(98), relationId(99)], ''),
    ['<derived2>.null', 'n.queue_by_relation', 'q.queue_by_relation', 'r.run_by_run_id'],
  ],
  [
    'who claimed source runs',
    (db) => store.queuedOf(db, [runId('run-99-7'), runId('run-99-8')], TARGET, ''),
    ['q.queue_by_source', 'r.run_by_run_id'],
  ],
  [
    "a finished run's targets",
    (db) => store.targetSlots(db, 'run-99-99'),
    ['q.queue_by_source', 'l.PRIMARY', 'd.PRIMARY', 'z.PRIMARY', 'r.run_by_open_slot'],
  ],
  [
    'the runs at once, and the line for a place',
    async (db) => {
      await store.readPlaces(db, LIMITED, { runId: null, slot: '', priority: 0, inLineSince: null }, false);
      await store.nextInLine(db, LIMITED);
    },
    [
      ...['dataflow_run.run_by_dataflow_state', 'dataflow_run.run_by_dataflow_state'],
      ...['r.run_by_dataflow_state', 'r.run_by_dataflow_state', 'd.PRIMARY'],
    ],
  ],
  ["a run's newest rerun", (db) => store.latestRerun(db, runId('run-7-7')), ['r.run_by_rerun_of', 'd.PRIMARY']],
  [
    'the successes that a run repeats',
    (db) => store.successesBefore(db, { rerunOf: runId('run-7-7') }),
    ['dataflow_run.run_by_run_id'],
  ],
  [
    'whether what a failed run was to write has been written since',
    async (db) => store.hasSucceededSince(db, (await store.findRun(db, 'run-100-7'))!),
    ['r.run_by_run_id', 'd.PRIMARY', 'f.run_by_run_id', 'r.run_by_dataflow_state'],
  ],
  [
    'who waits in slots that a failed run would have fed',
    (db) => store.waitingInSlots(db, [TARGET, dataflowId(101)], ['day=7', 'day=8']),
    ['r.run_by_dataflow_state', 'd.PRIMARY'],
  ],
  [
    'who waits for a run that would have fed nobody knows which slots',
    (db) => store.waitingWithout(db, [relationId(98), relationId(99)]),
    ['l.PRIMARY', 'r.run_by_dataflow_state', 'q.queue_ready', 'd.PRIMARY'],
  ],
  [
    'what queues the sources of a run again',
    (db) => store.requeuedRows(db, runId('run-100-7')),
    ['q.queue_by_target_run', 'a.queue_by_source'],
  ],
  [
    'who consumed runs',
    (db) => store.consumptionsOf(db, [runId('run-99-7'), runId('run-99-8')]),
    ['q.queue_by_source', 's.run_by_run_id'],
  ],
  [
    'the versions of a run',
    (db) => store.versionsOf(db, [runId('run-7-7')]),
    ['r.run_by_run_id', 'd.PRIMARY', 'r.run_by_rerun_of', 'd.PRIMARY'],
  ],
  [
    'which parts of its sources a run claimed',
    (db) => store.claimedParts(db, runId('run-100-7')),
    ['q.queue_by_target_run', 's.run_by_run_id'],
  ],
  [
    'who took over from a run',
    (db) => store.successorsOf(db, runId('run-100-7')),
    [...['dataflow_run.run_by_rerun_of', 'q.queue_by_target_run', 'a.queue_by_source', '<union1,2>.null']],
  ],
  [
    'the late end of what a run took over from',
    async (db) => store.acceptedSince(db, (await store.findRun(db, 'run-100-7'))!),
    [
      ...['r.run_by_run_id', 'd.PRIMARY'],
      ...['own.run_by_run_id', 'q.queue_by_target_run', 'a.queue_by_source', 'r.run_by_run_id'],
    ],
  ],
  [
    'who claimed what a run gave back',
    (db) => store.consumerOfRequeued(db, runId('run-100-7')),
    ['q.queue_by_target_run', 'a.queue_by_source'],
  ],
])('%s', async (_, run, expected) => {
  expect((await plan(run)).sort()).toEqual(expected.sort());
});
