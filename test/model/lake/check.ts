// Compares what a script left with the reference model, with what its callers were told, and with the server.

import { INVARIANTS, violations } from '../../support/invariants';
import type { Told } from './answers';
import type { Flow } from './graph';
import type { Played } from './play';
import { ReferenceModel } from './reference';
import type { RunFact } from './reference';
import { mayIdle, mayRunForNothing, wasTerminated } from './terminated';

interface RunRow {
  run_id: string;
  dataflow_id: number;
  workflow_id: string;
  state: string;
  slot: string;
  partition_key: string | null;
  request_id: string | null;
  dependency_check: string;
  record_count: number | null;
  started_at: Date | null;
  rerun_of: string | null;
}

interface QueueRow {
  relation_id: number;
  source_run_id: string;
  target_run_id: string | null;
  target_slot: string;
}

export interface Checked {
  readonly problems: readonly string[];
  /** The same for two scripts that left the same, whatever their IDs. */
  readonly outcome: string;
}

/** The SQL knows no open runs and no nested rules; `idleSlots` does. */
const WITHOUT_IDLE = INVARIANTS.filter(({ says }) => !says.startsWith('an auto slot that is ready'));

export async function check(played: Played): Promise<Checked> {
  const { db, graph, journal } = played;
  const runs = await db.select<RunRow>('SELECT * FROM dataflow_run ORDER BY id');
  const queue = await db.select<QueueRow>('SELECT * FROM dataflow_queue ORDER BY id');
  const flowOf = new Map(graph.flows.map((flow) => [flow.id, flow]));
  const facts = new Map(runs.map((run) => [run.run_id, factOf(run, flowOf)]));
  const model = new ReferenceModel(graph, facts);
  for (const entry of [...journal.entries].sort((a, b) => a.committed - b.committed)) model.apply(entry);
  const problems = [
    ...(await violations(db, WITHOUT_IDLE)),
    ...model.problems,
    ...sameStates(model, runs),
    ...sameQueue(model, queue),
    ...idleSlots(played, model, runs),
    ...executions(played, runs),
    ...played.answers.told.flatMap((told) => contradicted(told, played, runs)),
    ...[...played.answers.open].map((call) => `${call} got no answer`),
  ];
  return { problems, outcome: outcomeOf(played, runs, queue) };
}

function factOf(run: RunRow, flows: ReadonlyMap<string, Flow>): RunFact {
  const flow = flows.get(String(run.dataflow_id));
  if (!flow) throw new Error(`Run ${run.run_id} is of no dataflow.`);
  const { run_id: runId, slot, partition_key: partition, dependency_check: check, rerun_of: rerunOf } = run;
  return { runId, flow, slot, partition, check, rerunOf };
}

function sameStates(model: ReferenceModel, runs: readonly RunRow[]): string[] {
  return runs
    .filter(({ run_id: id, state }) => model.states.get(id) !== state)
    .map(({ run_id: id, state }) => `run ${id} is ${state}; its last transition was ${model.states.get(id) ?? 'none'}`);
}

function sameQueue(model: ReferenceModel, queue: readonly QueueRow[]): string[] {
  const expected = model.rows.map(({ relation, sourceRun, slot, claim }) =>
    rowTitle(relation.id, sourceRun, slot, claim?.by ?? null),
  );
  const found = queue.map((row) => rowTitle(row.relation_id, row.source_run_id, row.target_slot, row.target_run_id));
  return [
    ...without(expected, found).map((row) => `the queue lacks ${row}`),
    ...without(found, expected).map((row) => `the queue has ${row}, which the model hasn't`),
  ];
}

const rowTitle = (relation: string | number, source: string, slot: string, by: string | null): string =>
  `relation ${relation}: run ${source} for slot '${slot}', claimed by ${by ?? 'nobody'}`;

function without(list: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return list.filter((one) => {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Liveness: nothing waits, and no slot idles, over a rule that is met. */
function idleSlots(played: Played, model: ReferenceModel, runs: readonly RunRow[]): string[] {
  const { graph } = played;
  const problems: string[] = [];
  for (const flow of graph.flows.filter(({ sources }) => sources.length > 0)) {
    for (const slot of flow.partitioned ? graph.partitions.map(String) : ['']) {
      const own = runs.filter((run) => String(run.dataflow_id) === flow.id && run.slot === slot);
      const open = own.find(isOpen);
      if (open && wasTerminated(played, open.run_id)) continue;
      const ready = model.ready(flow, slot);
      // What a terminated source still had to tell is lost; of the others it has heard.
      const told = ready.filter(({ sourceRun }) => !wasTerminated(played, sourceRun));
      if (open?.state === 'waiting' && model.isMet(flow, open.dependency_check, told)) {
        problems.push(`run ${open.run_id} of ${flow.key} waits, though its rule is met`);
      }
      const rule = flow.when === 'atLeast' ? 'rule' : flow.when;
      const sources = ready.map(({ sourceRun }) => sourceRun);
      if (ready.some(({ givenBack }) => givenBack)) continue;
      if (open || !flow.auto || ready.length === 0 || mayIdle(played, flow, slot, sources, own.at(-1)?.run_id))
        continue;
      if (model.isMet(flow, rule, ready)) {
        problems.push(`${flow.key} '${slot}' idles, though its rule is met with ${ready.length} rows`);
      }
    }
  }
  return problems;
}

/** An open run has its execution, and an execution its open run; unless the script terminated it. */
function executions(played: Played, runs: readonly RunRow[]): string[] {
  const running = played.simulation.server.executions.filter((one) => one.isRunning && !one.options.parent);
  const open = runs.filter(isOpen);
  const ids = new Set(running.map(({ options }) => options.workflowId));
  const gone = open.filter((run) => !ids.has(run.workflow_id) && !wasTerminated(played, run.run_id));
  const owners = new Set(open.map(({ workflow_id: id }) => id));
  return [
    ...gone.map(({ run_id: id, state }) => `run ${id} is ${state}, and no execution works for it`),
    ...running
      .filter(({ options: { workflowId: id } }) => !owners.has(id) && !mayRunForNothing(played, id))
      .map(({ name }) => `${name} runs, and has no open run`),
  ];
}

/** What a caller was told holds: what succeeded is there, what was refused left nothing. */
function contradicted(told: Told, played: Played, runs: readonly RunRow[]): string[] {
  if (told.answer === 'unknown') return [];
  const title = `${JSON.stringify(told)} was answered`;
  if (told.call === 'start') {
    const mine = runs.find((run) => run.request_id === told.requestId);
    if ('refused' in told.answer)
      return mine && !mayBeOther(played, told.requestId) ? [`${title}, but run ${mine.run_id} is there`] : [];
    return mine?.run_id === told.answer.ok.runId ? [] : [`${title}, but its run isn't there`];
  }
  const run = runs.find((one) => one.run_id === told.runId);
  // A trigger's request may be forgotten, with everything that was known of it.
  if (!run)
    return 'refused' in told.answer && told.answer.refused === 'RUN_NOT_FOUND'
      ? []
      : [`${title}, but there is no such run`];
  if (told.call === 'finish') {
    const holds = run.state === told.status && run.record_count === told.recordCount;
    // What was under way when its execution was terminated may still be committed, after its caller was told that it is gone.
    if (holds && wasTerminated(played, run.run_id)) return [];
    return holds === 'ok' in told.answer ? [] : [`${title}, but the run is ${run.state} with ${run.record_count}`];
  }
  return 'ok' in told.answer && isOpen(run) ? [`${title}, but the run is ${run.state}`] : [];
}

/** Asked for twice at once, a start may be refused and granted, one after the other. */
const mayBeOther = ({ answers }: Played, requestId: string): boolean =>
  answers.told.some(
    ({ call, answer, ...told }) =>
      call === 'start' &&
      'requestId' in told &&
      told.requestId === requestId &&
      (answer === 'unknown' || 'ok' in answer),
  );

const isOpen = ({ state }: RunRow): boolean => state === 'waiting' || state === 'started';

function outcomeOf({ graph }: Played, runs: readonly RunRow[], queue: readonly QueueRow[]): string {
  const flow = new Map(graph.flows.map(({ id, key }) => [id, key]));
  const number = new Map(runs.map(({ run_id: id }, index) => [id, index]));
  const relation = new Map(graph.relations.map(({ id }, index) => [id, index]));
  return JSON.stringify([
    graph.flows.map(({ auto, when, sources, job }) => [auto, when, sources, job]),
    runs.map((run) => [flow.get(String(run.dataflow_id)), run.slot, run.state]),
    queue.map((row) => [
      relation.get(String(row.relation_id)),
      number.get(row.source_run_id),
      row.target_run_id && number.get(row.target_run_id),
    ]),
  ]);
}
