// Producers outside, each careful: whatever it doesn't know the outcome of, it asks again under the same requestId, or reports
// again with the same finish, until it is answered.

import { setTimeout as sleep } from 'node:timers/promises';
import { DlcError, UnavailableError } from '../../src';
import type { Run, StartedRun, ZoneDataFlowCoordinator } from '../../src';
import type { Random } from '../random';
import type { Ledger } from './ledger';
import type { Slot } from './slots';

/** How long one call may take, in milliseconds. */
const TIMEOUT = 15_000;
/** How long a start that waits is waited for, in milliseconds. */
const PATIENCE = 10_000;

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
      const started = await this.start(this.random.pick(slots), this.random.chance(0.1));
      if (started && (started.state !== 'waiting' || (await this.hasStarted(started.runId))))
        await this.finish(started.runId);
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

  /** Runs what has failed of these dataflows once more, until `isOver`. */
  async repair(keys: readonly string[], isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const state = this.random.pick(['error', 'error', 'cancelled'] as const);
      const newest = await this.insistently('looking for what failed', state, () =>
        this.coordinator.listDataflowRuns({ state }),
      );
      const failed = newest?.filter(({ dataflow }) => keys.includes(dataflow)) ?? [];
      if (failed.length > 0) await this.retry(this.random.pick(failed));
      await sleep(this.random.between(100, 500));
    }
  }

  /** Undefined when its rule isn't met. `wait`: then it waits. */
  private start({ key, partitionKey }: Slot, wait: boolean): Promise<StartedRun | undefined> {
    return this.acknowledged('starting', `${key} ${partitionKey ?? ''}`, ['DEPENDENCY_NOT_READY'], (asked) =>
      this.coordinator.startDataflowRunWithId(key, { ...asked, partitionKey, wait }),
    );
  }

  /** Undefined when it was retried before, or its slot is taken. */
  private async retry({ runId, dataflow }: Run): Promise<void> {
    await this.acknowledged('retrying', `${runId} of ${dataflow}`, ['ALREADY_ACTIVE', 'INVALID_ARGUMENT'], (asked) =>
      this.coordinator.retryDataflowRun(runId, asked),
    );
  }

  private async acknowledged(
    what: string,
    whom: string,
    refusals: readonly string[],
    call: (asked: { requestId: string; timeoutMs: number }) => Promise<StartedRun>,
  ): Promise<StartedRun | undefined> {
    const requestId = `${this.name}-${String(++this.count)}`;
    const started = await this.insistently(what, `${whom} (${requestId})`, () =>
      call({ requestId, timeoutMs: TIMEOUT }).catch((error: unknown) => {
        if (error instanceof DlcError && refusals.includes(error.code)) return 'refused' as const;
        throw error;
      }),
    );
    if (started === 'refused') this.ledger.refused.push(requestId);
    if (started === 'refused' || !started) return undefined;
    const { runId, dataflow, state, sourceCount } = started;
    this.ledger.starts.push({ requestId, dataflow, runId, sources: state === 'waiting' ? null : sourceCount });
    return started;
  }

  /** Not waited for for ever: then it is cancelled. */
  private async hasStarted(runId: string): Promise<boolean> {
    const state = await this.insistently('waiting for', runId, () =>
      this.coordinator.waitForDataflowRunStart(runId, { timeoutMs: PATIENCE }).catch((error: unknown) => {
        if (error instanceof UnavailableError) return 'waiting' as const;
        throw error;
      }),
    );
    if (state === 'waiting') await this.cancel(runId);
    return state === 'started';
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
