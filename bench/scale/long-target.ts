// A target that runs for long while its sources finish many runs: nothing of that reaches its history, and its next run
// consumes all of them in one go.

import type { Stage } from '../stage';
import { histories } from './history';
import { eachOf, runSource, until } from './lanes';
import { atMost, equal, timed } from './result';
import type { Result } from './result';
import type { ScaleSettings } from './settings';

/** Events of an execution that opened, and waits for its external job: with room for a wake-up or two. */
const QUIET = 20;

export async function longTarget(stage: Stage, { long: count, lanes }: ScaleSettings): Promise<Result> {
  const { coordinator } = stage;
  const keys = Array.from({ length: lanes }, (_, i) => `rz:long:${String(i)}`);
  const target = 'sz:long';
  await coordinator.createDataflow('sz', 'long', '', '', { trigger: { mode: 'auto', when: 'any' } });
  for (const key of keys) {
    await coordinator.createDataflow('rz', 'long', key.slice('rz:long:'.length));
    await coordinator.associateSourceToTarget(key, target);
  }
  const started = async (): Promise<string | undefined> =>
    (await coordinator.listDataflowRuns({ dataflow: target, state: 'started' }))[0]?.runId;

  await runSource(stage, keys[0] ?? '');
  await until('the target starts', async () => (await started()) !== undefined);
  const first = (await started()) ?? '';
  // Each lane has a source of its own: its slot has one run at a time.
  const shares = keys.map((key, lane) => ({ key, runs: Math.floor(count / lanes) + (lane < count % lanes ? 1 : 0) }));
  const [, running] = await timed(() =>
    eachOf(shares, lanes, async ({ key, runs }) => {
      for (let run = 0; run < runs; run++) await runSource(stage, key);
    }),
  );
  const during = await histories(stage, target);
  const sample = await histories(stage, keys.at(-1) ?? '');
  const [, next] = await timed(async () => {
    await coordinator.finishDataflowRun('success', first, { timeoutMs: 120_000 });
    await until('the next run starts', async () => ![undefined, first].includes(await started()));
  });
  const second = (await started()) ?? '';
  const [claimed, reading] = await timed(async () => (await coordinator.getDataflowRun(second)).dataflowQueueList);
  await coordinator.finishDataflowRun('success', second, { timeoutMs: 120_000 });
  const after = await histories(stage, target);
  const runs = await coordinator.listDataflowRuns({ dataflow: target });
  return {
    title: `A long target: ${count.toLocaleString('en-US')} source runs finish while it runs`,
    figures: [
      { what: 'seconds for the source runs', value: running },
      { what: 'source runs a second', value: count / running },
      { what: "events of a source run's history", value: sample.events },
      { what: "bytes of a source run's history", value: sample.bytes },
      { what: "events of the target's history before its finish", value: during.events },
      { what: "bytes of the target's history before its finish", value: during.bytes },
      { what: "seconds from the target's finish to its next run, which has claimed them", value: next },
      { what: 'seconds to read what it claimed', value: reading },
      { what: 'events of its longer history at the end', value: after.events },
      { what: 'bytes of its larger history at the end', value: after.bytes },
    ],
    checks: [
      atMost("events of the target's history before its finish", during.events, QUIET),
      atMost('signals that it got meanwhile', during.signals, 2),
      atMost("events of a source run's history", sample.events, 8),
      equal('source runs that the next run claimed', claimed.length, count),
      equal('different ones', new Set(claimed.map((row) => row.sourceRunId)).size, count),
      equal('runs of the target', runs.length, 2),
    ],
  };
}
