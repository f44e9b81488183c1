// Plays a script from an empty lake to its rest, and returns what it left.

import { dataflowOperation, dataflowRun } from '../../../src/workflows';
import { createActivities } from '../../../src/activities';
import { OpenCalls } from '../../../src/client/open-calls';
import { SearchAttributes } from '../../../src/temporal/search-attributes';
import { currentActor } from '../temporal/actors';
import type { Move } from '../temporal/moves';
import type { ServerFaults } from '../temporal/server';
import { Simulation } from '../temporal/simulation';
import { Answers } from './answers';
import { COMMANDS } from './commands';
import { clearLake, createGraph } from './graph';
import { Journal } from './journal';
import type { ScriptSpec } from './script';
import type { SteppedDatabase, Tampering } from './stepped-database';
import { startedRuns } from './world';
import type { World } from './world';

export interface Breaking {
  readonly tampering?: Tampering;
  readonly faults?: ServerFaults;
  /** May change what an activity returns. */
  readonly activity?: (name: string, result: unknown) => unknown;
}

export type Played = World;

/** Rounds of the epilogue: a graph has three levels, and a slot may have a next run. */
const ROUNDS = 6;

const TASK_QUEUE = 'simulated';

/** One for all scripts: each holds an AsyncLocalStorage, and Node keeps those, and asks each of them at every promise. */
const CALLS = new OpenCalls();

export async function play(db: SteppedDatabase, spec: ScriptSpec, breaking: Breaking = {}): Promise<Played> {
  db.play(undefined);
  jest.setSystemTime(START);
  await clearLake(db);
  const graph = await createGraph(db, spec.graph);
  const simulation = new Simulation({
    workflows: { dataflowRun, dataflowOperation, childJob },
    seed: spec.seed,
    startTime: START,
    moved: (now) => jest.setSystemTime(now),
    suggestContinueAsNewAfter: spec.suggestAfter,
    ...(breaking.faults && { faults: breaking.faults }),
  });
  const warn = (message: string): void => void simulation.trace.push(`warning: ${message}`);
  const searchAttributes = new SearchAttributes(warn);
  const ours = createActivities({ db, client: () => simulation.client, searchAttributes, warn });
  simulation.register({ ...tampered(ours, breaking), simulatedJob: () => simulatedJob(simulation) });
  const journal = new Journal();
  const context = {
    db,
    temporal: simulation.client,
    calls: CALLS,
    searchAttributes,
    taskQueue: TASK_QUEUE,
    zoneOrder: [],
    actor: 'script',
  };
  let numbers = 0;
  const number = (): number => ++numbers;
  const played: Played = {
    simulation,
    db,
    graph,
    context,
    journal,
    answers: new Answers(),
    terminated: new Set(),
    number,
  };
  db.play({ simulation, journal, tampering: breaking.tampering ?? {} });
  const restore = replace(
    () => simulation.random.next(),
    () => simulation.clock.now,
  );
  try {
    await toRest(played, spec);
  } finally {
    restore();
    db.play(undefined);
  }
  return played;
}

/** Chance, and the clock that activities measure themselves by. Not by jest.spyOn, which keeps each spy for ever. */
function replace(random: () => number, now: () => number): () => void {
  const original = Math.random;
  Object.assign(Math, { random });
  Object.defineProperty(performance, 'now', { value: now, configurable: true });
  return () => {
    Object.assign(Math, { random: original });
    Reflect.deleteProperty(performance, 'now');
  };
}

const START = Date.UTC(2024, 0, 1);

async function toRest(played: Played, spec: ScriptSpec): Promise<void> {
  const { simulation } = played;
  const lines = spec.lines.values();
  let next = lines.next();
  const crashes: unknown[] = [];
  const perform = (name: string, args: unknown): void => {
    const title = `${played.number()} ${name}`;
    played.answers.open.add(title);
    simulation.act(title, async () => {
      await COMMANDS[name]!.run(played, args as never)
        .catch((error: unknown) => void crashes.push(error))
        .finally(() => played.answers.open.delete(title));
    });
  };
  simulation.also(function* (): Iterable<Move> {
    if (next.done) return;
    const { name, args } = next.value;
    if (COMMANDS[name]!.isReady?.(played) === false) return;
    const run = (): void => {
      next = lines.next();
      perform(name, args);
    };
    yield { what: `> ${name} ${JSON.stringify(args)}`, thread: 'script', since: Infinity, weight: 8, run };
  });
  const choices = spec.choices.values();
  const drain = async (): Promise<void> => {
    for (;;) {
      const moved = await simulation.step(choices.next().value ?? 0);
      if (crashes.length > 0) throw crashes[0];
      if (moved) continue;
      if (next.done) return;
      next = lines.next();
    }
  };
  await drain();
  played.db.armed = undefined;
  for (let round = 0; spec.epilogue && round < ROUNDS; round++) {
    const { length } = startedRuns(played);
    for (let i = 0; i < length; i++) perform('finish', { run: i, status: 'success' });
    await drain();
  }
}

function tampered(activities: object, { activity: change }: Breaking): object {
  if (!change) return activities;
  const around = ([name, activity]: [string, (...args: unknown[]) => Promise<unknown>]): [string, unknown] => [
    name,
    async (...args: unknown[]) => change(name, await activity(...args)),
  ];
  return Object.fromEntries(Object.entries(activities).map(around));
}

async function simulatedJob(simulation: Simulation): Promise<{ recordCount: number }> {
  if (!currentActor()) throw new Error('A job runs as an actor.');
  await simulation.gates.pass('works');
  return { recordCount: 1 };
}

async function childJob(): Promise<{ recordCount: number }> {
  return { recordCount: 2 };
}
