// Watches the lake's runs in MySQL, shows their progress, and waits for conditions of all of them.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Run, ZoneDataFlowCoordinator } from '../../src';
import type { Progress } from './progress';
import { slotOf } from './progress';

const EVERY_MS = 200;

export class Watch {
  private readonly states = new Map<string, string>();

  constructor(
    private readonly coordinator: ZoneDataFlowCoordinator,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  /** Resolves with the runs as soon as they are as wanted. @throws Error when a run has failed. */
  async until(wanted: (runs: readonly Run[]) => boolean): Promise<Run[]> {
    for (;;) {
      const runs = await this.look();
      if (wanted(runs)) return runs;
      await sleep(EVERY_MS, undefined, { signal: this.signal });
    }
  }

  private async look(): Promise<Run[]> {
    const runs = (await this.coordinator.listDataflowRuns({ limit: 1000 })).reverse();
    const moved = runs.filter((run) => this.states.get(run.runId) !== run.state);
    for (const run of moved) this.states.set(run.runId, run.state);
    this.progress.show(runs, moved);
    const failed = runs.find((run) => !['waiting', 'started', 'success'].includes(run.state));
    if (failed) throw new Error(`${slotOf(failed)} ended ${failed.state}: ${failed.message ?? 'no message'}`);
    return runs;
  }
}
