// Whose turn it is in a replay: a step runs once those before it have ended, a few at once, and those of one slot one after another.

import { condition } from '@temporalio/workflow';
import type { ReplayStep } from '../domain/replay';
import type { ReplaySession } from './replay-session';

/** Runs of one replay at once. */
const CONCURRENCY = 8;

/** Slots that are waited for at once: each keeps an activity of some worker busy. */
const LOOKOUTS = 8;

export interface TurnRules {
  /** Else as the first version did it, which looked at the steps before alone. */
  readonly inTurns: boolean;
  /** A step that waits for its slot lets others go on; it used to keep its turn. */
  readonly setAside: boolean;
}

export class Turns {
  private readonly running = new Places(CONCURRENCY);
  private readonly lookouts = new Places(LOOKOUTS);
  /** The step before it in its slot, where there is one. */
  private readonly behind: readonly (number | undefined)[];

  constructor(
    private readonly session: ReplaySession,
    plan: readonly ReplayStep[],
    private readonly rules: TurnRules,
  ) {
    const last = new Map<string, number>();
    this.behind = plan.map(({ dataflow, slot }, number) => {
      const place = `${dataflow} ${slot}`;
      const before = last.get(place);
      last.set(place, number);
      return before;
    });
  }

  /** What it consumes won't be replayed. */
  isInVain({ after }: ReplayStep): boolean {
    return after.some((before) => this.session.isOver(before) && this.session.state(before) !== 'success');
  }

  /** Returns when it is its turn; false: it is in vain. */
  async take(step: ReplayStep, number: number): Promise<boolean> {
    if (this.rules.inTurns) {
      await condition(() => this.isReady(step) && (this.isInVain(step) || this.takeFree(number)));
      return !this.isInVain(step);
    }
    await condition(() => this.isReady(step) && this.running.isFree);
    if (this.isInVain(step)) return false;
    this.running.take();
    return true;
  }

  give(): void {
    this.running.give();
  }

  /** For a step whose turn it is: others go on while it waits, and afterwards it takes its turn again. */
  async aside(wait: () => Promise<void>): Promise<void> {
    if (!this.rules.setAside) return wait();
    this.running.give();
    let hasTurn = false;
    try {
      await condition(() => this.lookouts.takeFree());
      await wait().finally(() => {
        this.lookouts.give();
      });
      await condition(() => (hasTurn = this.running.takeFree()));
    } finally {
      // Who called gives it back, whatever happened.
      if (!hasTurn) this.running.take();
    }
  }

  private isReady({ after }: ReplayStep): boolean {
    return after.every((before) => this.session.isOver(before));
  }

  private takeFree(number: number): boolean {
    const before = this.behind[number];
    return (before === undefined || this.session.isOver(before)) && this.running.takeFree();
  }
}

/** So many at once. */
class Places {
  private taken = 0;

  constructor(private readonly limit: number) {}

  get isFree(): boolean {
    return this.taken < this.limit;
  }

  take(): void {
    this.taken++;
  }

  /** Takes one as soon as it is seen: several steps look before any of them goes on. */
  takeFree(): boolean {
    if (!this.isFree) return false;
    this.take();
    return true;
  }

  give(): void {
    this.taken--;
  }
}
