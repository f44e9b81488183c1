// Much of the same, a few at once; and runs of sources by the cheapest way there is.

import { setTimeout as sleep } from 'node:timers/promises';
import { slotWorkflowId } from '../../src';
import type { Stage } from '../stage';

export async function eachOf<T>(items: Iterable<T>, lanes: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const todo = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = todo.next(); !next.done; next = todo.next()) await work(next.value);
    }),
  );
}

/** One run of a source, start and finish in one message; resolves once it has ended. */
export async function runSource({ client, taskQueue }: Stage, key: string): Promise<void> {
  const handle = await client.workflow.signalWithStart('dataflowRun', {
    workflowId: slotWorkflowId(key, ''),
    taskQueue,
    args: [{ dataflow: key }],
    signal: 'finish',
    signalArgs: [{ status: 'success', recordCount: 1 }],
  });
  await handle.result();
}

/** Polls until `probe` says so. */
export async function until(what: string, probe: () => Promise<boolean>, seconds = 600): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`In vain for ${String(seconds)} s: ${what}.`);
    await sleep(100);
  }
}
