// What callers were told. What was told must hold in the end.

/** `ok`, a refusal by its code, or `unknown`: the caller asked until it gave up. */
export type Answer<T> = { readonly ok: T } | { readonly refused: string } | 'unknown';

export type Told =
  | { readonly call: 'start'; readonly requestId: string; readonly answer: Answer<{ runId: string; state: string }> }
  | {
      readonly call: 'finish';
      readonly runId: string;
      readonly status: 'success' | 'error';
      /** No other finish has it. */
      readonly recordCount: number;
      readonly answer: Answer<unknown>;
    }
  | { readonly call: 'cancel'; readonly runId: string; readonly answer: Answer<unknown> };

export class Answers {
  readonly told: Told[] = [];
  /** Calls without an answer, by their name. */
  readonly open = new Set<string>();
}
