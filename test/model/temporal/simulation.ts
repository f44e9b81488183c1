// A whole Temporal in memory: a server, a worker that can be killed, clients, and a scheduler that decides step by step what
// happens next. Real: the SDK's workflow runtime, activity context, converters and errors. Simulated: what is between them.

import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as macrotask } from 'node:timers/promises';
import { status as grpc } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { Gates, runAs, runAsNobody } from './actors';
import type { Actor } from './actors';
import type { Scheduled } from './activity-spec';
import { Attempt } from './attempt';
import type { ActivityFunction } from './attempt';
import { simulatedClient } from './client';
import { Clock } from './clock';
import type { Execution } from './execution';
import { Picker } from './moves';
import type { Move } from './moves';
import { Random } from './random';
import { Server, serviceError } from './server';
import type { ServerFaults } from './server';
import { Worker } from './worker';

export interface SimulationOptions {
  readonly workflows: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Milliseconds since 1970, and who is told when time moves. */
  readonly startTime: number;
  readonly moved?: (now: number) => void;
  readonly suggestContinueAsNewAfter?: number;
  readonly faults?: ServerFaults;
}

/** A timer further away than this never fires: it is there to be seen. */
const NEVER_MS = 30 * 86_400_000;

/** One script takes a few hundred. */
const MAX_STEPS = 20_000;

/** Whether a call was counted as outside. */
const isOutside = new AsyncLocalStorage<boolean>();

export class Simulation {
  readonly clock: Clock;
  readonly random: Random;
  readonly gates: Gates;
  readonly server: Server;
  readonly client: Client;
  readonly trace: string[] = [];
  steps = 0;
  kills = 0;
  private worker: Worker;
  private readonly attempts = new Set<Attempt>();
  private activities: Readonly<Record<string, ActivityFunction>> = {};
  private readonly sources: (() => Iterable<Move>)[] = [];
  private readonly questions: { execution: Execution; since: number; ask: () => Promise<void> }[] = [];
  private readonly picker = new Picker();
  private busy = 0;
  private idle: () => void = () => undefined;

  constructor(private readonly options: SimulationOptions) {
    const step = (): number => this.steps;
    this.clock = new Clock(options.startTime, options.moved);
    this.random = new Random(options.seed);
    this.gates = new Gates(step);
    this.server = new Server(this.clock, this.random, step, options.faults);
    this.worker = this.newWorker();
    this.client = simulatedClient({
      server: this.server,
      gates: this.gates,
      query: (execution, name) => this.query(execution, name),
    });
  }

  /** What the worker registers. Not given to the constructor: our activities need the simulation's client. */
  register(activities: object): void {
    this.activities = activities as Readonly<Record<string, ActivityFunction>>;
    this.worker = this.newWorker();
  }

  /** More that may happen, by itself: a script's next line, a job that ends. */
  also(moves: () => Iterable<Move>): void {
    this.sources.push(moves);
  }

  /** Runs `work` as an actor: it stops at each of its gates. */
  act(name: string, work: () => Promise<void>): void {
    const actor: Actor = { name, dead: false, facts: {}, sleep: (ms) => this.sleep(ms, `${name}: pause`) };
    void runAs(actor, work);
  }

  /** Counts what Node does outside of our sight, so that a step ends when it has come back. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.busy++;
    try {
      return await isOutside.run(true, work);
    } finally {
      this.busy--;
      if (this.busy === 0) this.idle();
    }
  }

  /** The other way round: `wait` stops at a gate in the middle of what is `outside`. */
  async inside<T>(wait: () => Promise<T>): Promise<T> {
    this.busy--;
    if (this.busy === 0) this.idle();
    try {
      return await wait();
    } finally {
      this.busy++;
    }
  }

  killWorker(): void {
    this.kills++;
    this.trace.push('*** the worker is killed');
    for (const { actor } of this.attempts) this.gates.kill(actor);
    this.attempts.clear();
    this.worker.kill();
  }

  /** One step. False: nothing can move any more. */
  async step(choice: number): Promise<boolean> {
    if (this.steps > MAX_STEPS) throw new Error(`Nothing has come to rest in ${MAX_STEPS} steps.`);
    const move = this.picker.pick([...this.moves()], choice) ?? this.nextTimer();
    if (!move) return false;
    this.steps++;
    this.clock.advance(this.clock.now + 1);
    this.trace.push(move.what);
    await runAsNobody(async () => move.run());
    await this.settle();
    return true;
  }

  private async sleep(ms: number, what: string): Promise<void> {
    const pause = (): Promise<void> => new Promise((resolve) => this.clock.after(ms, what, resolve));
    await (isOutside.getStore() ? this.inside(pause) : pause());
  }

  private *moves(): Iterable<Move> {
    yield* this.gates.moves();
    yield* this.worker.moves();
    for (const moves of this.sources) yield* moves();
    for (const { execution, since, ask } of this.questions) {
      const what = `query of ${execution.name}`;
      if (this.worker.canQuery(execution)) yield { what, thread: what, since, weight: 8, run: ask };
    }
    const timer = this.nextTimer();
    if (timer) yield { ...timer, rare: true };
  }

  private nextTimer(): Move | undefined {
    const timer = this.clock.next();
    if (!timer || timer.due > this.clock.now + NEVER_MS) return undefined;
    return { what: timer.what, thread: 'time', since: this.steps, weight: 1, run: () => this.clock.fire(timer) };
  }

  private async settle(): Promise<void> {
    do {
      while (this.busy > 0) await new Promise<void>((resolve) => (this.idle = resolve));
      await macrotask();
    } while (this.busy > 0);
  }

  private async query(execution: Execution, name: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const question = {
        execution,
        since: this.steps,
        ask: async () => {
          this.questions.splice(this.questions.indexOf(question), 1);
          if (execution.history.length > 0) await this.worker.query(execution, name).then(resolve, reject);
          else reject(serviceError(grpc.FAILED_PRECONDITION, 'Workflow was closed before WorkflowTaskStarted event.'));
        },
      };
      this.questions.push(question);
    });
  }

  private newWorker(): Worker {
    const { workflows, suggestContinueAsNewAfter = Infinity } = this.options;
    const activityNames = new Set(Object.keys(this.activities));
    const { clock, server } = this;
    const step = (): number => this.steps;
    const startAttempt = (task: Scheduled): Attempt => this.startAttempt(task);
    return new Worker({ workflows, activityNames, suggestContinueAsNewAfter }, { clock, server, step, startAttempt });
  }

  private startAttempt(task: Scheduled): Attempt {
    const activity = this.activities[task.spec.activityType];
    if (!activity) throw new Error(`The simulation has no activity ${task.spec.activityType}.`);
    const attempt = new Attempt(
      task,
      () => this.steps,
      (ms, what) => this.sleep(ms, what),
    );
    this.attempts.add(attempt);
    attempt.run(task, activity, this.client);
    return attempt;
  }
}
