// One source, many targets: each is started, once.

import type { Stage } from '../stage';
import { histories } from './history';
import { eachOf, runSource, until } from './lanes';
import { equal, timed } from './result';
import type { Result } from './result';
import type { ScaleSettings } from './settings';

export async function fanOut(stage: Stage, { fanOut: count, lanes }: ScaleSettings): Promise<Result> {
  const { coordinator } = stage;
  const source = 'rz:out';
  const names = Array.from({ length: count }, (_, i) => String(i));
  await coordinator.createDataflow('rz', 'out');
  await eachOf(names, lanes, async (name) =>
    coordinator.createDataflow('sz', 'out', name, '', { trigger: { mode: 'auto' } }),
  );
  for (const name of names) await coordinator.associateSourceToTarget(source, `sz:out:${name}`);

  const listed = async (): Promise<Awaited<ReturnType<typeof coordinator.listDataflowRuns>>> =>
    (await coordinator.listDataflowRuns({ limit: 2 * count + 10 })).filter((run) => run.dataflow.startsWith('sz:out'));
  const [ended, starting] = await timed(async () => {
    const begun = performance.now();
    await runSource(stage, source);
    const sourceEnded = (performance.now() - begun) / 1000;
    await until(
      'all targets start',
      async () => (await listed()).filter((run) => run.state === 'started').length === count,
    );
    return sourceEnded;
  });
  const sourceHistory = await histories(stage, source);
  const [, finishing] = await timed(async () => {
    await eachOf(await listed(), lanes, (run) => coordinator.finishDataflowRun('success', run.runId));
  });
  const runs = await listed();
  const [sourceRun] = await coordinator.listDataflowRuns({ dataflow: source });
  let claims = 0;
  await eachOf(runs, lanes, async (run) => {
    const { dataflowQueueList: claimed } = await coordinator.getDataflowRun(run.runId);
    if (claimed.length === 1 && claimed[0]?.sourceRunId === sourceRun?.runId) claims++;
  });
  return {
    title: `Fan-out: one source, ${String(count)} auto targets`,
    figures: [
      { what: "seconds to the end of the source's workflow: all are woken", value: ended },
      { what: 'seconds until all targets have started', value: starting },
      { what: 'target starts a second', value: count / starting },
      { what: 'seconds to finish them all', value: finishing },
      { what: "events of the source's history", value: sourceHistory.events },
      { what: "bytes of the source's history", value: sourceHistory.bytes },
    ],
    checks: [
      equal('runs of the targets', runs.length, count),
      equal('targets that ran', new Set(runs.map((run) => run.dataflow)).size, count),
      equal('runs that ended with success', runs.filter((run) => run.state === 'success').length, count),
      equal('runs that claimed the one source run, and it alone', claims, count),
    ],
  };
}
