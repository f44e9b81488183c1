// Producers outside, each careful: whatever it doesn't know the outcome of, it asks again under the same requestId, or reports
// again with the same finish, until it is answered.

import { setTimeout as sleep } from 'node:timers/promises';
import { DlcError, UnavailableError } from '../../src';
import type { ZoneDataFlowCoordinator } from '../../src';
import type { Random } from '../random';
import { DAYS } from './graph';
import type { PlannedDataflow } from './graph';
import type { Ledger } from './ledger';

/** How long one call may take, in milliseconds. */
const TIMEOUT = 15_000;

export interface Slot {
  readonly key: string;
  readonly partitionKey: string | undefined;
}

/** Slots that somebody outside starts: sources, and targets that nothing triggers. */
export function slotsToStart(plan: readonly PlannedDataflow[]): Slot[] {
  return plan
    .filter(({ auto }) => !auto)
    .flatMap(({ key, grain }) => partitionsOf(grain).map((partitionKey) => ({ key, partitionKey })));
}

function partitionsOf(grain: PlannedDataflow['grain']): (string | undefined)[] {
  if (grain === 'all') return [undefined];
  return grain === 'day' ? [...DAYS] : [...new Set(DAYS.map((day) => day.slice(0, 'day=2026-01'.length)))];
}

export class Producer {
  /** What it insists on now, with ids. */
  doing: string | undefined;
  private count = 0;

  constructor(
    readonly name: string,
    private readonly coordinator: ZoneDataFlowCoordinator,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** Starts and finishes runs of its slots, one after the other, until `isOver`. */
  async work(slots: readonly Slot[], isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const runId = await this.start(this.random.pick(slots));
      if (runId) await this.finish(runId);
    }
  }

  /** Finishes what triggers started of these dataflows, whose jobs are outside. Ends when `isOver`. */
  async attend(keys: readonly string[], isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      for (const dataflow of keys) {
        const runs = await this.insistently('looking for runs', dataflow, () =>
          this.coordinator.listDataflowRuns({ dataflow, state: 'started' }),
        );
        for (const { runId } of runs ?? []) await this.finish(runId);
      }
      await sleep(200);
    }
  }

  /** The run's id; undefined when its rule isn't met. */
  private async start({ key, partitionKey }: Slot): Promise<string | undefined> {
    const requestId = `${this.name}-${String(++this.count)}`;
    const started = await this.insistently('starting', `${key} ${partitionKey ?? ''} (${requestId})`, () =>
      this.coordinator
        .startDataflowRunWithId(key, { requestId, partitionKey, timeoutMs: TIMEOUT })
        .catch((error: unknown) => {
          if (error instanceof DlcError && error.code === 'DEPENDENCY_NOT_READY') return 'refused' as const;
          throw error;
        }),
    );
    if (started === 'refused') this.ledger.refused.push(requestId);
    if (started === 'refused' || !started) return undefined;
    const { runId, sourceCount } = started;
    this.ledger.starts.push({ requestId, dataflow: key, runId, sources: sourceCount });
    return runId;
  }

  /** Sometimes the job is given up instead. */
  private async finish(runId: string): Promise<void> {
    if (this.random.chance(0.03)) return this.cancel(runId);
    const status = this.random.chance(0.07) ? 'error' : 'success';
    const [recordCount, batch] = [this.random.between(0, 1_000_000), `${this.name}/${runId}`];
    const report = { recordCount, dataflowBatchRunId: batch, timeoutMs: TIMEOUT };
    const finished = await this.insistently('finishing', runId, () =>
      this.coordinator.finishDataflowRun(status, runId, report),
    );
    if (finished) this.ledger.finishes.push({ runId, status, recordCount, batch });
  }

  private async cancel(runId: string): Promise<void> {
    const state = await this.insistently('cancelling', runId, async () => {
      try {
        const run = await this.coordinator.cancelDataflowRun(runId, { timeoutMs: TIMEOUT });
        if (run.state === 'started') throw new UnavailableError('The cancel was not answered in time.');
        return run.state;
      } catch (error) {
        // What it asked for before, and wasn't told of.
        if (error instanceof DlcError && error.code === 'RUN_ALREADY_FINISHED') {
          return (await this.coordinator.getDataflowRun(runId)).state;
        }
        throw error;
      }
    });
    if (state === 'cancelled') this.ledger.cancels.push(runId);
    else if (state) this.ledger.surprise(`cancelling ${runId}: it is ${state}`);
  }

  /** Until it is answered; undefined for an answer that must not come, which is noted. */
  private async insistently<T>(what: string, whom: string, call: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      this.doing = `${what} ${whom}`;
      try {
        const answer = await call();
        this.doing = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof DlcError) || error.code !== 'UNAVAILABLE') {
          const [code, message] = error instanceof DlcError ? [error.code, error.message] : ['', String(error)];
          this.ledger.surprise(`${this.doing}: ${code} ${message}`);
          this.doing = undefined;
          return undefined;
        }
        this.ledger.repeats++;
        await sleep(this.random.between(100, 500));
      }
    }
  }
}
