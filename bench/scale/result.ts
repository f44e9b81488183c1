// What a story of scale found: figures to print, and checks that fail the command.

export interface Figure {
  readonly what: string;
  readonly value: number;
}

export interface Check {
  readonly says: string;
  readonly good: boolean;
  readonly found: string;
}

export interface Result {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

export const equal = (says: string, found: unknown, expected: unknown): Check => ({
  says,
  good: found === expected,
  found: `${String(found)} of ${String(expected)}`,
});

export const atMost = (says: string, found: number, most: number): Check => ({
  says,
  good: found <= most,
  found: `${found.toLocaleString('en-US')} ≤ ${most.toLocaleString('en-US')}`,
});

/** Seconds that `work` took, with what it returned. */
export async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  const result = await work();
  return [result, (performance.now() - begun) / 1000];
}
