// The lines of a script. A command is an entry here: how often it comes, how its arguments are drawn, and what it does, as a
// caller with a connection of its own. What it is told goes into `answers`.

import fc from 'fast-check';
import { wakeSlot } from '../../../src/activities/wake-targets';
import { cancelRun } from '../../../src/client/cancel-run';
import { finishRun } from '../../../src/client/finish-run';
import { rerunRun } from '../../../src/client/rerun';
import { startRun } from '../../../src/client/start-run';
import { DATAFLOW_RUN, MESSAGES } from '../../../src/domain/messages';
import { slotWorkflowId } from '../../../src/domain/slot';
import { findDataflow } from '../../../src/store';
import { dataflowId } from '../../../src/domain/ids';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Flow } from './graph';
import { armKill, ask, endedRuns, kill, openRuns, slotsOf, startedRuns, workflowIdOf } from './world';
import type { World } from './world';

export interface CommandSpec<Arguments> {
  readonly weight: number;
  readonly arguments: fc.Arbitrary<Arguments>;
  /** Whether there is anything for it to do; it waits for that, and is left out where it waits in vain. */
  readonly isReady?: (world: World) => boolean;
  readonly run: (world: World, args: Arguments) => Promise<void>;
}

/** By their position, whatever the graph's size. */
const position = fc.nat({ max: 11 });
const at = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

const command = <A>(spec: CommandSpec<A>): CommandSpec<never> => spec as unknown as CommandSpec<never>;

/** No deadline strikes by itself. */
const timeoutMs = 1e12;

export const COMMANDS: Readonly<Record<string, CommandSpec<never>>> = {
  start: command({
    weight: 10,
    arguments: fc.record({
      flow: position,
      partition: position,
      wait: fc.boolean(),
      check: fc.constantFrom(null, null, null, 'ignore' as const, 'any' as const),
      /** Asks twice at once. */
      twice: fc.constantFrom(false, false, false, true),
    }),
    run: async (world, { flow: index, partition, wait, check, twice }) => {
      const flow = at(index % 4 === 0 ? world.graph.flows : freeFlows(world), index) ?? at(world.graph.flows, index)!;
      const dataflow = await findDataflow(world.db, { id: dataflowId(flow.id) });
      const requestId = `request-${world.number()}`;
      const options = { requestId, partitionKey: at(world.graph.partitions, partition)!, wait, dependencyCheck: check };
      const start = async (): Promise<void> => {
        const answer = await ask(() => startRun(world.context, dataflow, { ...options, timeoutMs }));
        world.answers.told.push({ call: 'start', requestId, answer });
      };
      await Promise.all(twice ? [start(), start()] : [start()]);
    },
  }),

  finish: command({
    weight: 14,
    arguments: fc.record({ run: position, status: fc.constantFrom('success' as const, 'success', 'success', 'error') }),
    isReady: (world) => startedRuns(world).length > 0,
    run: async (world, { run: index, status }) => {
      const { runId } = at(startedRuns(world), index)!;
      const recordCount = world.number();
      const answer = await ask(() => finishRun(world.context, status, runId, { recordCount, timeoutMs }));
      world.answers.told.push({ call: 'finish', runId, status, recordCount, answer });
    },
  }),

  /** A run that has ended, once more on its sources: a retry if it failed, a replay if it succeeded. */
  rerun: command({
    weight: 5,
    arguments: fc.record({ run: position, twice: fc.constantFrom(false, false, true) }),
    isReady: (world) => endedRuns(world).length > 0,
    run: async (world, { run: index, twice }) => {
      const { runId, event } = at(endedRuns(world), index)!;
      const cause = event === 'success' ? 'replay' : 'retry';
      const requestId = `request-${world.number()}`;
      const rerun = async (): Promise<void> => {
        const answer = await ask(() => rerunRun(world.context, runId, cause, { requestId, timeoutMs }));
        world.answers.told.push({ call: 'start', requestId, answer });
      };
      await Promise.all(twice ? [rerun(), rerun()] : [rerun()]);
    },
  }),

  finishBySignal: command({
    weight: 3,
    arguments: fc.record({ run: position }),
    isReady: (world) => startedRuns(world).length > 0,
    run: async (world, { run: index }) => {
      const run = at(startedRuns(world), index)!;
      await signal(world, workflowIdOf(world, run), MESSAGES.finish, { status: 'success', runId: run.runId });
    },
  }),

  /** Both by signals, in one workflow task: the cheapest way to record a run. */
  startAndFinish: command({
    weight: 4,
    arguments: fc.record({ flow: position, partition: position }),
    run: async (world, { flow: index, partition }) => {
      const flow = at(freeFlows(world), index) ?? at(world.graph.flows, index)!;
      const partitionKey = at(world.graph.partitions, partition)!;
      await world.context.temporal.workflow.signalWithStart(DATAFLOW_RUN, {
        workflowId: slotWorkflowId(flow.key, flow.partitioned ? (partitionKey ?? '') : ''),
        taskQueue: world.context.taskQueue,
        args: [{ dataflow: flow.key, partitionKey }],
        signal: MESSAGES.finish,
        signalArgs: [{ status: 'success' }],
      });
    },
  }),

  cancel: command({
    weight: 3,
    arguments: fc.record({ run: position }),
    isReady: (world) => openRuns(world).length > 0,
    run: async (world, { run: index }) => {
      const { runId } = at(openRuns(world), index)!;
      const answer = await ask(() => cancelRun(world.context, runId, { timeoutMs }));
      world.answers.told.push({ call: 'cancel', runId, answer });
    },
  }),

  terminate: command({
    weight: 2,
    arguments: fc.record({ run: position }),
    isReady: (world) => openRuns(world).length > 0,
    run: async (world, { run: index }) => {
      const workflowId = workflowIdOf(world, at(openRuns(world), index)!);
      const { workflow } = world.simulation.client;
      await orGone(async () => {
        const execution = await workflow.getHandle(workflowId).describe();
        await workflow.getHandle(workflowId, execution.runId).terminate();
        world.terminated.add(execution.runId);
      });
    },
  }),

  suspend: command({
    weight: 3,
    arguments: fc.record({ relation: position, yes: fc.boolean() }),
    run: async (world, { relation: index, yes }) => {
      const relation = at(world.graph.relations, index)!;
      await world.db.write('UPDATE dataflow_relation SET suspended_at = IF(?, UTC_TIMESTAMP(6), NULL) WHERE id = ?', [
        yes ? 1 : 0,
        relation.id,
      ]);
      // Write, commit, then look: the rule may be met now, with the relation or without it.
      for (const { slot, workflowId } of slotsOf(world, relation.target)) {
        if (relation.target.auto) await wake(world, relation.target.key, slot);
        else await signal(world, workflowId, MESSAGES.sourceFinished);
      }
    },
  }),

  wakeForNothing: command({
    weight: 1,
    arguments: fc.record({ flow: position, slot: position }),
    run: async (world, { flow: index, slot }) => {
      const flow = at(world.graph.flows, index)!;
      await wake(world, flow.key, at(slotsOf(world, flow), slot)!.slot);
    },
  }),

  kill: command({
    weight: 2,
    arguments: fc.record({ lose: fc.constantFrom(false, false, true) }),
    run: async (world, { lose }) => kill(world, lose),
  }),

  killAtCommit: command({
    weight: 4,
    arguments: fc.record({
      when: fc.constantFrom('before' as const, 'after' as const),
      skip: fc.nat({ max: 2 }),
      lose: fc.constantFrom(false, false, true),
    }),
    run: async (world, { when, skip, lose }) => armKill(world, { when, skip }, lose),
  }),
};

function freeFlows(world: World): Flow[] {
  const taken = new Set(openRuns(world).map(({ dataflowId: id }) => id));
  return world.graph.flows.filter(({ id }) => !taken.has(id));
}

async function wake({ context }: World, key: string, slot: string): Promise<void> {
  const { db, temporal, searchAttributes, taskQueue } = context;
  const deps = { db, client: () => temporal, searchAttributes, warn: (message: string) => fail(message) };
  const target = { key, slot, workflowType: null, taskQueue, description: null };
  await wakeSlot(deps, target, { workflowId: '', runId: '', workflowType: '', taskQueue });
}

function fail(message: string): never {
  throw new Error(message);
}

async function signal({ context }: World, workflowId: string, name: string, ...args: unknown[]): Promise<void> {
  await orGone(() => context.temporal.workflow.getHandle(workflowId).signal(name, ...args));
}

async function orGone(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
