// What may happen next, and who picks it. A choice of 0 is the plain course of things: first come, first served, nothing
// rare. So a script whose choices have run out ends by itself, and a counterexample shrinks towards a plain course.

export interface Move {
  /** As the trace tells it. */
  readonly what: string;
  /** The step since which it could have happened. */
  readonly since: number;
  /** How often it is picked beside the others. */
  readonly weight: number;
  /** Not part of the plain course. */
  readonly rare?: boolean;
  readonly run: () => void | Promise<void>;
}

/** Undefined: nothing can move by itself. */
export function pick(moves: readonly Move[], choice: number): Move | undefined {
  if (choice === 0) return oldest(moves);
  let left = choice % moves.reduce((sum, { weight }) => sum + weight, 0);
  return moves.find(({ weight }) => (left -= weight) < 0);
}

function oldest(moves: readonly Move[]): Move | undefined {
  return moves
    .filter(({ rare }) => !rare)
    .reduce<Move | undefined>((first, move) => (first && first.since <= move.since ? first : move), undefined);
}
