// What happens in the demo: months of flights and airport lists come in, the last airport lists late. Nobody starts
// sz:flights or cz:airport-delays: they start when their sources have finished.

import type { Run, ZoneDataFlowCoordinator } from '../../src';
import { CZ_DELAYS, DATAFLOWS, RZ_AIRPORTS } from './lake';
import { partitionOf } from './months';
import type { Month } from './months';
import type { Progress } from './progress';
import type { Watch } from './watch';

export interface Story {
  readonly coordinator: ZoneDataFlowCoordinator;
  readonly progress: Progress;
  readonly watch: Watch;
  readonly months: readonly Month[];
  /** Seconds that the last airport lists come late. */
  readonly late: number;
  /** Runs the outside process that extracts a month's flights. */
  extract(month: Month): Promise<void>;
  /** Why a run waits, in its own words. */
  whyWaiting(run: Run): Promise<string>;
}

/** Months extracted at once: each is a process with a DuckDB. */
const AT_ONCE = 2;

export async function bringFlights({ months, extract }: Story): Promise<void> {
  const todo = months.values();
  const lane = async (): Promise<void> => {
    for (const month of todo) await extract(month);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

export async function bringAirports(story: Story): Promise<void> {
  const { coordinator, progress, watch, months, late } = story;
  const onTime = months.slice(0, Math.floor((months.length * 2) / 3));
  const delayed = months.slice(onTime.length);
  const bring = (month: Month): Promise<unknown> =>
    coordinator.startDataflowRunWithId(RZ_AIRPORTS, { partitionKey: partitionOf(month) });
  const waiting = (run: Run): boolean =>
    run.dataflow === CZ_DELAYS &&
    run.state === 'waiting' &&
    delayed.some((month) => partitionOf(month) === run.partitionKey);

  await Promise.all(onTime.map(bring));
  const runs = await watch.until((all) => all.filter(waiting).length === delayed.length);
  for (const run of runs.filter(waiting)) progress.say(await story.whyWaiting(run));
  progress.say(`(The demo lets the airport lists of ${delayed.join(' and ')} come ${late} seconds late.)`);
  const arrival = Date.now() + late * 1000;
  await watch.until(() => Date.now() >= arrival);
  await Promise.all(delayed.map(bring));
  await watch.until((all) => all.filter((run) => run.state === 'success').length === months.length * DATAFLOWS.length);
}
