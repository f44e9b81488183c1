// Whose turn it is in a replay: a step runs once those before it have ended, a few at once, and those of one slot one after another.

import { condition } from '@temporalio/workflow';
import type { ReplayStep } from '../domain/replay';
import type { ReplaySession } from './replay-session';

/** Runs of one replay at once. */
const CONCURRENCY = 8;

export class Turns {
  private running = 0;
  /** The step before it in its slot, where there is one. */
  private readonly behind: readonly (number | undefined)[];

  /** `inTurns`: else as the first version did it, which looked at the steps before alone. */
  constructor(
    private readonly session: ReplaySession,
    plan: readonly ReplayStep[],
    private readonly inTurns: boolean,
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
    if (this.inTurns) {
      // Taken as soon as it is seen: several steps look before any of them goes on.
      await condition(() => this.isReady(step) && (this.isInVain(step) || this.takeFree(number)));
      return !this.isInVain(step);
    }
    await condition(() => this.isReady(step) && this.running < CONCURRENCY);
    if (this.isInVain(step)) return false;
    this.running++;
    return true;
  }

  give(): void {
    this.running--;
  }

  private isReady({ after }: ReplayStep): boolean {
    return after.every((before) => this.session.isOver(before));
  }

  private takeFree(number: number): boolean {
    const before = this.behind[number];
    if (this.running >= CONCURRENCY || (before !== undefined && !this.session.isOver(before))) return false;
    this.running++;
    return true;
  }
}
