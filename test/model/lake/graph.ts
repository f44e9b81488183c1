// A small graph of dataflows: sources, their targets, and perhaps the targets' target.

import fc from 'fast-check';
import { parseDataflowOptions, parseRelationOptions } from '../../../src/domain/registration';
import type { Database } from '../../../src/store';
import { insertDataflow, insertRelation } from '../../../src/store';
import type { DataflowId } from '../../../src/domain/ids';

/** `atLeast`: two of all sources. */
export type When = 'all' | 'any' | 'atLeast';

export interface FlowSpec {
  readonly level: 0 | 1 | 2;
  readonly auto: boolean;
  readonly when: When;
  readonly job: 'external' | 'activity' | 'workflow';
  /** What a run of it that comes to nothing had consumed goes back to the queue; else the run keeps it. */
  readonly release?: boolean;
  /** Positions of its sources. */
  readonly sources: readonly number[];
}

export interface GraphSpec {
  readonly flows: readonly FlowSpec[];
  /** Levels 0 and 1 run per partition; level 2 takes all of theirs. */
  readonly partitioned: boolean;
}

export interface Flow extends FlowSpec {
  readonly id: string;
  readonly key: string;
  readonly partitioned: boolean;
}

export interface RelationFact {
  readonly id: string;
  readonly source: Flow;
  readonly target: Flow;
}

export interface Graph {
  readonly flows: readonly Flow[];
  readonly relations: readonly RelationFact[];
  /** Partitions that runs are started for; one that is null where nothing runs per partition. */
  readonly partitions: readonly (string | null)[];
}

const job = fc.oneof(
  { weight: 6, arbitrary: fc.constant('external' as const) },
  { weight: 1, arbitrary: fc.constantFrom('activity' as const, 'workflow' as const) },
);
const when = fc.constantFrom<When>('all', 'any', 'all', 'any', 'atLeast');
const release = fc.constantFrom(false, false, true);
const auto = fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });

export const graphs: fc.Arbitrary<GraphSpec> = fc
  .record({ sources: fc.integer({ min: 1, max: 3 }), partitioned: fc.integer({ min: 0, max: 3 }) })
  .chain(({ sources, partitioned }) => {
    const positions = Array.from({ length: sources }, (_, i) => i);
    const target = fc.record({
      auto,
      when,
      job,
      release,
      sources: fc.subarray(positions, { minLength: 1 }),
    });
    return fc.record({
      middle: fc.array(target, { minLength: 1, maxLength: 2 }),
      last: fc.option(fc.record({ auto, when, job, release }), { freq: 2 }),
      partitioned: fc.constant(partitioned === 3),
      sources: fc.constant(positions),
    });
  })
  .map(({ middle, last, partitioned, sources }) => {
    const flows: FlowSpec[] = sources.map(() => {
      return { level: 0, auto: false, when: 'all', job: 'external', sources: [] };
    });
    flows.push(...middle.map((spec) => ({ ...spec, level: 1 as const })));
    if (last) flows.push({ ...last, level: 2, sources: middle.map((_, i) => sources.length + i) });
    return { flows, partitioned };
  });

/** One source and one target. */
export const pairs: fc.Arbitrary<GraphSpec> = auto.map((isAuto) => ({
  flows: [
    { level: 0, auto: false, when: 'all', job: 'external', sources: [] },
    { level: 1, auto: isAuto, when: 'any', job: 'external', sources: [0] },
  ],
  partitioned: false,
}));

const JOBS = {
  external: { type: 'external' },
  activity: { type: 'activity', name: 'simulatedJob', startToCloseTimeout: '10 seconds' },
  workflow: { type: 'workflow', name: 'childJob' },
} as const;

/** Registers the graph. */
export async function createGraph(db: Database, spec: GraphSpec): Promise<Graph> {
  const flows: Flow[] = [];
  const relations: RelationFact[] = [];
  const ids: DataflowId[] = [];
  for (const [i, flow] of spec.flows.entries()) {
    const partitioned = spec.partitioned && flow.level < 2;
    const modelName = `f${i}`;
    const sourceKeys = flow.sources.map((source) => `m:f${source}`);
    const atLeast = { atLeast: Math.min(2, sourceKeys.length), of: sourceKeys.map((source) => ({ source })) };
    const options = parseDataflowOptions({
      trigger: { mode: flow.auto ? 'auto' : 'manual', when: flow.when === 'atLeast' ? atLeast : flow.when },
      job: JOBS[flow.job],
      onError: flow.release === true ? 'release' : 'hold',
      partitioned,
    });
    const id = await insertDataflow(db, { zone: 'm', modelName, modelKey: '', modelSecKey: '' }, options);
    ids.push(id);
    flows.push({ ...flow, id: String(id), key: `m:${modelName}`, partitioned });
    for (const source of flow.sources) {
      const relation = await insertRelation(db, ids[source]!, id, parseRelationOptions({}), [], DOER);
      relations.push({ id: String(relation), source: flows[source]!, target: flows[i]! });
    }
  }
  return { flows, relations, partitions: spec.partitioned ? ['d=1', 'd=2'] : [null] };
}

const DOER = { by: 'model', reason: null };

const TABLES = ['operation', 'run_event', 'dataflow_queue', 'dataflow_run', 'dataflow_relation', 'dataflow'];

/** Forgets everything that a script left. */
export async function clearLake(db: Database): Promise<void> {
  for (const table of TABLES) await db.write(`DELETE FROM ${table}`);
}
