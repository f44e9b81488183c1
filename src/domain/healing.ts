// What a look over the lake leaves behind: what was healed, and what couldn't be.

import type { Finding } from './finding';
import type { Trouble } from './trouble';

export interface Healing {
  readonly healed: readonly Finding[];
  readonly failed: readonly Trouble[];
}

/** Cures that were of no use, or not for long: how many, and how long ago the last one was, in milliseconds. */
export interface HealedBefore {
  readonly times: number;
  readonly agoMs: number;
}

/** However often it was of no use, it is tried again after this. */
const MAX_PAUSE_MS = 3_600_000;

/** Whether to try once more what was tried before. `pauseMs`: doubled by each try; 0: at once. */
export const isWorthHealing = ({ times, agoMs }: HealedBefore, pauseMs: number): boolean =>
  times === 0 || agoMs >= Math.min(MAX_PAUSE_MS, pauseMs * 2 ** times);

/** As a worker of an earlier version may have answered: with what it healed alone. */
export const readHealing = (answer: Healing | readonly Finding[]): Healing =>
  'healed' in answer ? answer : { healed: answer, failed: [] };
