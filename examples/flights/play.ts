// Lets the story happen, and shows it.

import type { RunStatus } from '../../src/workflow';
import { RZ_FLIGHTS } from './lake';
import { MONTHS, partitionOf } from './months';
import type { Options } from './options';
import { extractOutside } from './outside';
import { heading } from './print';
import { slotOf, startProgress } from './progress';
import { bringAirports, bringFlights } from './sources';
import type { Story } from './sources';
import type { Stage } from './stage';
import { Watch } from './watch';

export async function play(stage: Stage, { months, late }: Options, interrupt: AbortSignal): Promise<void> {
  const { coordinator, client, lake, servers, working, urlOf } = stage;
  console.log(heading('What happens'));
  const progress = startProgress(months);
  const failure = new AbortController();
  const signal = AbortSignal.any([interrupt, failure.signal]);
  const story: Story = {
    coordinator,
    progress,
    months: MONTHS.slice(0, months),
    late,
    watch: new Watch(coordinator, progress, signal),
    extract: (month) =>
      extractOutside(month, lake, servers, signal, (pid) => {
        progress.say(`${RZ_FLIGHTS} @ ${partitionOf(month)}: process ${pid} started, outside of Temporal`);
      }),
    whyWaiting: async (run) => {
      const { summary } = await client.workflow.getHandle(run.workflowId).query<RunStatus>('status');
      return `${slotOf(run)} says: ${summary}. See ${urlOf(run, 'user-metadata')}`;
    },
  };
  const all = [bringFlights(story), bringAirports(story)];
  try {
    await Promise.race([Promise.all(all), working]);
  } finally {
    // Where one fails, the others stop too; and all have stopped before the connections close that they use.
    failure.abort();
    await Promise.allSettled(all);
    progress.stop();
  }
}
