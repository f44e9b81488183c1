// What a script's commands work with.

import { UnavailableError, DlcError } from '../../../src/domain/errors';
import { slotWorkflowId } from '../../../src/domain/slot';
import type { Context } from '../../../src/client/context';
import type { Simulation } from '../temporal/simulation';
import type { Answer, Answers } from './answers';
import type { Flow, Graph } from './graph';
import type { Journal, OpenRun } from './journal';
import type { ArmedKill, SteppedDatabase } from './stepped-database';

export interface World {
  readonly simulation: Simulation;
  readonly db: SteppedDatabase;
  readonly journal: Journal;
  readonly graph: Graph;
  /** For our client's own functions. */
  readonly context: Context;
  readonly answers: Answers;
  /** Run IDs of executions that the script terminated. */
  readonly terminated: Set<string>;
  /** Unique in a script. */
  number(): number;
}

/** What a person sees who looks just now. */
export const openRuns = ({ journal }: World): OpenRun[] => [...journal.open.values()];

export const startedRuns = (world: World): OpenRun[] => openRuns(world).filter(({ state }) => state === 'started');

/** Runs that had started, and how they ended. */
export const endedRuns = ({ journal }: World): { runId: string; event: string }[] =>
  [...journal.ended].map(([runId, event]) => ({ runId, event }));

export function workflowIdOf({ simulation }: World, { runId }: OpenRun): string {
  const execution = simulation.server.executions.find((one) => one.runId === runId);
  if (!execution) throw new Error(`Run ${runId} was opened by no execution.`);
  return execution.options.workflowId;
}

/** Times that a caller asks again for an answer that didn't come. */
const PATIENCE = 4;

/** Asks as a careful caller does: again while nobody knows what became of it. */
export async function ask<T>(call: () => Promise<T>): Promise<Answer<T>> {
  for (let i = 0; i < PATIENCE; i++) {
    try {
      return { ok: await call() };
    } catch (error) {
      if (!(error instanceof DlcError)) throw error;
      if (!(error instanceof UnavailableError)) return { refused: error.code };
    }
  }
  return 'unknown';
}

/** Kills the worker. `lose`: the server forgets updates that it hasn't recorded, and their senders wait in vain. */
export function kill({ simulation }: World, lose: boolean): void {
  simulation.killWorker();
  if (!lose) return;
  for (const execution of simulation.server.executions) {
    for (const id of [...execution.updates.keys()]) simulation.server.lose(execution, id);
  }
}

export function armKill(world: World, armed: ArmedKill, lose: boolean): void {
  world.db.armed = armed;
  world.db.kill = () => kill(world, lose);
}

/** Workflow IDs of a dataflow's slots. */
export const slotsOf = ({ graph }: World, flow: Flow): { slot: string; workflowId: string }[] =>
  (flow.partitioned ? graph.partitions : ['']).map((partition) => {
    return { slot: partition ?? '', workflowId: slotWorkflowId(flow.key, partition ?? '') };
  });
