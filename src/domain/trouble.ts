// What a look over the lake failed at.

/** A run, a slot or a finding that one look failed at; the others are none the worse for it. */
export interface Trouble {
  /** `look`: nobody knows how it is. `heal`: it is as it was found. */
  readonly doing: 'look' | 'heal';
  /** For people. */
  readonly what: string;
  readonly reason: string;
}

export const trouble = (doing: Trouble['doing'], what: string, error: unknown): Trouble => ({
  doing,
  what,
  reason: error instanceof Error ? error.message : String(error),
});

/** One line for people. */
export const describeTrouble = ({ doing, what, reason }: Trouble): string =>
  `${doing === 'heal' ? 'Could not be healed' : 'Could not be looked at'}: ${what} (${reason})`;
