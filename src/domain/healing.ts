// What a look over the lake leaves behind: what was healed, and what couldn't be.

import type { Finding } from './finding';
import type { Trouble } from './trouble';

export interface Healing {
  readonly healed: readonly Finding[];
  readonly failed: readonly Trouble[];
}

/** As a worker of an earlier version may have answered: with what it healed alone. */
export const readHealing = (answer: Healing | readonly Finding[]): Healing =>
  'healed' in answer ? answer : { healed: answer, failed: [] };
