// What may happen next, and who picks it.

export interface Move {
  /** As the trace tells it. */
  readonly what: string;
  /** Whose it is: moves of one thread come one after the other. */
  readonly thread: string;
  /** The step since which it could have happened. */
  readonly since: number;
  /** How often it is picked beside the others. */
  readonly weight: number;
  /** Not part of the plain course. */
  readonly rare?: boolean;
  readonly run: () => void | Promise<void>;
}

/**
 * Turns the choices of fast-check into moves. A choice of 0 is the plain course of things: first come, first served, nothing
 * rare. So a script whose choices have run out ends by itself, and a counterexample shrinks towards a plain course.
 *
 * Most other choices let the thread with the highest priority go on; priorities are random, and are drawn anew now and then.
 * So somebody is slow for long, which is how races are lost: choosing evenly at each step makes all equally fast, and finds a
 * narrow race a hundred times more rarely. (The idea is that of probabilistic concurrency testing: Burckhardt et al., 2010.)
 */
export class Picker {
  private salt = 0;

  /** Undefined: nothing can move by itself. */
  pick(moves: readonly Move[], choice: number): Move | undefined {
    if (choice === 0) return oldest(moves);
    if (choice % 32 === 1) this.salt = choice;
    const rest = choice >> 2;
    const first = choice % 4 === 0 ? undefined : this.first(moves);
    if (!first) return any(moves, rest);
    const otherWay = rest % 4 === 0 ? moves.find(({ rare, thread }) => rare && thread === first.thread) : undefined;
    return otherWay ?? first;
  }

  private first(moves: readonly Move[]): Move | undefined {
    let [first, highest]: [Move | undefined, number] = [undefined, -1];
    for (const move of moves) {
      const priority = move.rare ? -1 : hash(move.thread, this.salt);
      if (priority > highest) [first, highest] = [move, priority];
    }
    return first;
  }
}

function any(moves: readonly Move[], choice: number): Move | undefined {
  let left = choice % moves.reduce((sum, { weight }) => sum + weight, 0);
  return moves.find(({ weight }) => (left -= weight) < 0);
}

function oldest(moves: readonly Move[]): Move | undefined {
  return moves
    .filter(({ rare }) => !rare)
    .reduce<Move | undefined>((first, move) => (first && first.since <= move.since ? first : move), undefined);
}

/** FNV-1a. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  // The last characters differ most often: spread them.
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
}
