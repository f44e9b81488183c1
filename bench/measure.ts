// What is measured, and how it is shown.

import type { Stage } from './stage';
import type { Subject } from './subjects';

/** Milliseconds from just before the source's finish to the target's first line; one after the other. */
export async function latencies(stage: Stage, subject: Subject, count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const { runId, finishAt } = await subject.runSource(0, true);
    taken.push((await stage.marked(runId)) - finishAt);
  }
  return taken;
}

/** Runs started and finished a second, `lanes` at once. */
export async function throughput(subject: Subject, lanes: number, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const begun = performance.now();
  let runs = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (performance.now() < until) {
        await subject.runSource(lane, false);
        runs++;
      }
    }),
  );
  return runs / ((performance.now() - begun) / 1000);
}

/** `share`: 0.5 is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
