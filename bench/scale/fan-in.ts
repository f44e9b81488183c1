// Many sources, one target that needs all of them: it runs once, and consumes each.

import { slotWorkflowId } from '../../src';
import type { Stage } from '../stage';
import { histories } from './history';
import { eachOf, runSource, until } from './lanes';
import { equal, atMost, timed } from './result';
import type { Result } from './result';
import type { ScaleSettings } from './settings';

export async function fanIn(stage: Stage, { fanIn: count, lanes }: ScaleSettings): Promise<Result> {
  const { coordinator } = stage;
  const keys = Array.from({ length: count }, (_, i) => `rz:in:${String(i)}`);
  const target = 'sz:in';
  const [, registering] = await timed(async () => {
    await coordinator.createDataflow('sz', 'in', '', '', { trigger: { mode: 'auto', when: 'all' } });
    await eachOf(keys, lanes, async (key) => coordinator.createDataflow('rz', 'in', key.slice('rz:in:'.length)));
    for (const key of keys) await coordinator.associateSourceToTarget(key, target);
  });
  const [, running] = await timed(() => eachOf(keys, lanes, (key) => runSource(stage, key)));
  const [, starting] = await timed(() =>
    until('the target starts', async () => {
      const [run] = await coordinator.listDataflowRuns({ dataflow: target });
      return run?.state === 'started';
    }),
  );
  const waited = await histories(stage, target);
  const [run] = await coordinator.listDataflowRuns({ dataflow: target });
  const { dataflowQueueList: claimed } = await coordinator.getDataflowRun(run?.runId ?? '');
  await coordinator.finishDataflowRun('success', run?.runId ?? '');
  // It closes only when its last look found nothing for a next run.
  await stage.client.workflow.getHandle(slotWorkflowId(target, '')).result();
  const runs = await coordinator.listDataflowRuns({ dataflow: target });
  return {
    title: `Fan-in: ${String(count)} sources, one target with the rule all`,
    figures: [
      { what: 'seconds to register', value: registering },
      { what: 'seconds for the sources to run', value: running },
      { what: 'source runs a second', value: count / running },
      { what: 'seconds from the last source to the start of the target', value: starting },
      { what: 'executions that the target waited in', value: waited.executions },
      { what: 'events of the longest', value: waited.events },
      { what: 'bytes of the largest', value: waited.bytes },
    ],
    checks: [
      equal('runs of the target', runs.length, 1),
      equal('source runs that it claimed', claimed.length, count),
      equal('sources among them', new Set(claimed.map((row) => row.sourceDataflow)).size, count),
      atMost('signals of one execution', waited.signals, 10_000),
    ],
  };
}
