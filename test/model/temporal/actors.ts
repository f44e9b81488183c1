// Whoever does something step by step: an attempt of an activity, or a call of a client. An actor stops at its gates until
// the scheduler lets it go on; between two gates it is alone.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Move } from './moves';

/** Thrown into a transaction whose process died before its commit. */
export class Killed extends Error {}

export interface Actor {
  readonly name: string;
  /** Its process is gone. */
  dead: boolean;
  /** What of it a journal wants to know. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** A pause of its own, by the simulation's clock. */
  readonly sleep: (ms: number) => Promise<void>;
}

interface Parked {
  readonly actor: Actor;
  readonly what: string;
  readonly since: number;
  /** It may be let go on to just before its commit, and no further. */
  readonly mayHold: boolean;
  readonly go: (way: Way) => void;
  readonly die: (() => void) | undefined;
}

/** `hold`: do the work, and stop once more before its commit. */
export type Way = 'go' | 'hold';

const actors = new AsyncLocalStorage<Actor>();

/** Who runs now; undefined for what isn't simulated (set-up, checks). */
export const currentActor = (): Actor | undefined => actors.getStore();

export const runAs = <T>(actor: Actor, work: () => T): T => actors.run(actor, work);

/** Runs what belongs to nobody, though an actor's step led to it. */
export const runAsNobody = <T>(work: () => T): T => actors.run(undefined as never, work);

export class Gates {
  private parked: Parked[] = [];

  constructor(private readonly age: () => number) {}

  /** Resolves when the scheduler lets the actor go on; never for one that is dead. */
  async pass(what: string, options: { mayHold?: boolean; onDeath?: 'throw' } = {}): Promise<Way> {
    const actor = currentActor();
    if (!actor) return 'go';
    const throws = options.onDeath === 'throw';
    return new Promise((resolve, reject) => {
      const die = throws ? () => reject(new Killed(`${actor.name} was killed.`)) : undefined;
      if (actor.dead) die?.();
      else {
        this.parked.push({ actor, what, since: this.age(), mayHold: options.mayHold ?? false, go: resolve, die });
      }
    });
  }

  kill(actor: Actor): void {
    actor.dead = true;
    for (const parked of this.take((one) => one.actor === actor)) parked.die?.();
  }

  *moves(): Iterable<Move> {
    for (const parked of this.parked) {
      const { since, actor, what } = parked;
      const move = (way: Way): Omit<Move, 'weight' | 'rare'> => ({
        since,
        // Who holds a commit may be held up for longer than it takes to come there.
        thread: what === 'commit' ? `${actor.name}, commit` : actor.name,
        what: `${actor.name}: ${what}${way === 'hold' ? ', and holds its commit' : ''}`,
        run: () => {
          this.take((one) => one === parked);
          parked.go(way);
        },
      });
      yield { ...move('go'), weight: 8 };
      if (parked.mayHold) yield { ...move('hold'), weight: 2, rare: true };
    }
  }

  private take(which: (parked: Parked) => boolean): Parked[] {
    const taken = this.parked.filter(which);
    this.parked = this.parked.filter((one) => !which(one));
    return taken;
  }
}
