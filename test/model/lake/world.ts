// What a script's commands work with.

import { UnavailableError, DlcError } from '../../../src/domain/errors';
import { slotWorkflowId } from '../../../src/domain/slot';
import type { Context } from '../../../src/client/context';
import type { Simulation } from '../temporal/simulation';
import type { Answer, Answers } from './answers';
import type { Flow, Graph } from './graph';
import type { ArmedKill, SteppedDatabase } from './stepped-database';

export interface World {
  readonly simulation: Simulation;
  readonly db: SteppedDatabase;
  readonly graph: Graph;
  /** For our client's own functions. */
  readonly context: Context;
  readonly answers: Answers;
  /** Run IDs of executions that the script terminated. */
  readonly terminated: Set<string>;
  /** Unique in a script. */
  number(): number;
}

export interface OpenRun {
  readonly run_id: string;
  readonly workflow_id: string;
  readonly state: string;
}

/** Not an actor's read: what a person sees who looks just now. */
export function openRuns({ db }: World): Promise<OpenRun[]> {
  return db.select<OpenRun>(
    'SELECT run_id, workflow_id, state FROM dataflow_run WHERE open_slot IS NOT NULL ORDER BY id',
  );
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
export function kill({ simulation, answers: _ }: World, lose: boolean): void {
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
