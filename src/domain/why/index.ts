// "Why does it wait?", "why did it start?": what is known, and the same in one plain paragraph. Pure.

import { begun } from './begun';
import { idle } from './idle';
import type { Why, WhyFacts } from './types';
import { waiting } from './waiting';

export { standingAt, startOf } from './start';
export { sourceRun } from './source-run';
export { causesOf, NO_ROWS, partitionsOf, shownRows } from './queue-rows';
export type {
  JobAttempt,
  StuckRun,
  WakeUp,
  Why,
  WhyCause,
  WhyFacts,
  WhyNamedRun,
  WhyOperation,
  WhyQueueRow,
  WhySource,
  WhySourceRun,
  WhyStart,
} from './types';

export function why(facts: WhyFacts): Why {
  const { run } = facts;
  const sentences = !run ? idle(facts) : run.state === 'waiting' ? waiting(facts, run) : begun(facts, run);
  return { ...facts, state: run?.state ?? 'idle', text: sentences.filter((sentence) => sentence !== '').join(' ') };
}
