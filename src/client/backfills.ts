// Backfills: a range of partitions of a dataflow, so many at once, each a durable workflow of its own.

import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import type { WorkflowExecutionStatusName } from '@temporalio/client';
import {
  BACKFILL_ID,
  backfillWorkflowId,
  CANCELLED,
  checkSameBackfill,
  checkUsual,
  parseBackfill,
  partitionsOfRange,
  samplePartitionOf,
} from '../domain/backfill';
import type { BackfillProgress, BackfillRequest, BackfillRequestInput } from '../domain/backfill';
import { dataflowOff } from '../domain/dataflow-off';
import { InvalidArgumentError, NotFoundError } from '../domain/errors';
import { DATAFLOW_BACKFILL, MESSAGES } from '../domain/messages';
import type { Dataflow } from '../domain/model';
import { checkWho } from '../domain/operation';
import { dataflowRef } from '../domain/start-request';
import { checkBackfill } from '../health/blocked';
import { findBackfills, findDataflow, findOperation, listRuns } from '../store';
import type { BackfillRow } from '../store';
import { ALIVE } from '../temporal/running-execution';
import { checkRule } from './check-rule';
import type { Context } from './context';
import type { CancelOptions } from './cancel-run';
import { operateSoon } from './operate';
import type { Who } from './operate';
import { isGone, toDlcError } from './temporal-errors';
import { untilAnswered } from './until-answered';

export interface BackfillOptions
  extends Omit<BackfillRequestInput, 'dataflow' | 'by' | 'reason' | 'progress' | 'partitionsPerExecution'>, Who {
  /** The same backfill asked for twice under one requestId is one, another is refused; it becomes its ID. Letters, digits and `_ . -`, 50 at most. */
  readonly requestId?: string | undefined;
  /** How long to wait for a worker, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
}

export interface Backfill extends Omit<BackfillRow, 'end'> {
  readonly workflowId: string;
  /** `gone`: its workflow was terminated; the housekeeper lets go of what it kept back for its targets. */
  readonly state: 'running' | 'ended' | 'cancelled' | 'gone';
  readonly endedAt: Date | null;
  /** Null where nobody can tell: its workflow is gone, or no worker answers. */
  readonly progress: BackfillProgress | null;
}

const TIMEOUT_MS = 30_000;

/** How long to wait for a worker that tells how far a backfill is. */
const PROGRESS_MS = 5_000;

/** As an SQL store of Temporal's keeps them, in characters. */
const MAX_ATTRIBUTE = 255;

/** What a backfill is about, as its search attribute; null: too long for one. */
function span(first: string, last: string): string | null {
  const both = `${first}..${last}`;
  return both.length > MAX_ATTRIBUTE ? null : both;
}

type Workflow = (request: BackfillRequest) => Promise<BackfillProgress>;

export class Backfills {
  constructor(private readonly context: Context) {}

  /**
   * Starts a backfill of a dataflow (its id, or its key), and returns when it has begun.
   * @throws NotFoundError, DataflowDisabledError, InvalidArgumentError.
   */
  async start(dataflow: string | number, options: BackfillOptions): Promise<Backfill> {
    const { requestId = randomUUID(), timeoutMs = TIMEOUT_MS, by, ...rest } = options;
    if (!BACKFILL_ID.test(requestId)) {
      const message = 'requestId must be up to 50 letters, digits, and _ . -';
      throw new InvalidArgumentError(message, { field: 'requestId' });
    }
    const request = parseBackfill({ ...rest, dataflow, by: by ?? this.context.actor });
    const flow = await findDataflow(this.context.db, dataflowRef(dataflow));
    if (flow.status !== 'enabled') throw dataflowOff(flow, "it can't be backfilled");
    const { key } = flow;
    if (await this.isKnown(requestId, key, request)) return this.get(requestId);
    await checkRule(this.context, flow, request.dependencyCheck);
    await this.checkNames(flow, request);
    await untilAnswered(this.context, Date.now() + timeoutMs, `starting the backfill of ${key}`, () =>
      this.startOrAsk(key, request, requestId),
    );
    // Whoever answered may have been another's, who began under the same ID just before.
    await this.isKnown(requestId, key, request);
    return this.get(requestId);
  }

  /** @throws InvalidArgumentError for partitions that a target can't take, or no source feeds, or that its dataflow names in another way. */
  private async checkNames(flow: Dataflow, request: BackfillRequest): Promise<void> {
    const { db } = this.context;
    const sample = samplePartitionOf(request);
    await checkBackfill(db, flow, request);
    if (sample === null || request.partition !== null || !flow.partitioned) return;
    const [newest] = await listRuns(db, { dataflowId: flow.id, limit: 1 });
    if (newest?.partitionKey != null) checkUsual(sample, newest.partitionKey);
  }

  /** @throws NotFoundError */
  async get(backfillId: string): Promise<Backfill> {
    const [row] = BACKFILL_ID.test(backfillId) ? await findBackfills(this.context.db, { backfillId }) : [];
    if (row) return this.withState(row);
    throw new NotFoundError(
      `There is no backfill ${backfillId}. Check the ID: it is the one that the start returned.`,
      {
        backfillId,
      },
    );
  }

  /** Newest first; 100 unless `limit` says otherwise. */
  async list(
    filter: { readonly dataflow?: string | number | undefined; readonly limit?: number | undefined } = {},
  ): Promise<Backfill[]> {
    const { dataflow, limit = 100 } = filter;
    const key = dataflow === undefined ? undefined : (await findDataflow(this.context.db, dataflowRef(dataflow))).key;
    const rows = await findBackfills(this.context.db, { dataflow: key, limit });
    return Promise.all(rows.map((row) => this.withState(row)));
  }

  /**
   * Stops it, cancels what it runs, and lets go of what it kept back; kept with who did it and why. Returns it once it has ended, or
   * as it is when the time is over.
   */
  async cancel(backfillId: string, { timeoutMs = 10_000, ...who }: CancelOptions = {}): Promise<Backfill> {
    checkWho(who);
    const found = await this.get(backfillId);
    if (found.state !== 'running') return found;
    const deadline = Date.now() + timeoutMs;
    const told = await operateSoon(this.context, { kind: 'cancelBackfill', backfillId }, who, timeoutMs);
    const left = Math.max(deadline - Date.now(), 0);
    return this.untilEnded(backfillId, left, told ? undefined : () => this.handle(backfillId).cancel());
  }

  /** Returns it once it has ended, or as it is when the time is over. */
  async wait(backfillId: string, { timeoutMs = 3_600_000 }: { readonly timeoutMs?: number } = {}): Promise<Backfill> {
    const found = await this.get(backfillId);
    return found.state === 'running' ? this.untilEnded(backfillId, timeoutMs) : found;
  }

  /** Whether it has begun. @throws InvalidArgumentError where its ID stands for something else. */
  private async isKnown(requestId: string, key: string, request: BackfillRequest): Promise<boolean> {
    const known = await findOperation(this.context.db, requestId);
    if (known) checkSameBackfill(requestId, { ...known, result: known.done.result }, key, request);
    return known !== undefined;
  }

  /** Returns once it has begun. */
  private startOrAsk(key: string, request: BackfillRequest, requestId: string): Promise<BackfillProgress> {
    const { by, reason } = request;
    const partitions = partitionsOfRange(request);
    const [first = '', last = first] = [partitions[0], partitions.at(-1)];
    return this.context.searchAttributes.with({ dataflow: key, partition: span(first, last) }, (attributes) =>
      this.temporal.executeUpdateWithStart<Workflow, BackfillProgress, []>(MESSAGES.startedBackfill, {
        updateId: `start:${requestId}`,
        startWorkflowOperation: new WithStartWorkflowOperation<Workflow>(DATAFLOW_BACKFILL, {
          workflowId: backfillWorkflowId(requestId),
          taskQueue: this.context.taskQueue,
          args: [request],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `${key}: ${first} … ${last}`.slice(0, 190),
          staticDetails: `**Backfill** of \`${key}\` by ${by}${reason === null ? '' : `: ${reason}`}`,
          ...(attributes && { typedSearchAttributes: attributes }),
        }),
      }),
    );
  }

  private get temporal() {
    return this.context.temporal.workflow;
  }

  private handle(backfillId: string) {
    return this.temporal.getHandle<Workflow>(backfillWorkflowId(backfillId));
  }

  private async untilEnded(backfillId: string, timeoutMs: number, first?: () => Promise<unknown>): Promise<Backfill> {
    const { calls, temporal } = this.context;
    const doing = `waiting for backfill ${backfillId}`;
    const deadline = Date.now() + timeoutMs;
    try {
      await calls.run(temporal, deadline, doing, async () => {
        await first?.();
        await this.handle(backfillId).result();
      });
    } catch (error) {
      const ended = error instanceof WorkflowFailedError || isGone(error);
      if (!ended && Date.now() < deadline) throw toDlcError(error, doing);
    }
    return this.get(backfillId);
  }

  private async withState({ end, ...row }: BackfillRow): Promise<Backfill> {
    const workflowId = backfillWorkflowId(row.backfillId);
    if (end) {
      const state = end.progress.stopped === CANCELLED ? 'cancelled' : 'ended';
      return { ...row, workflowId, state, endedAt: end.at, progress: end.progress };
    }
    const state = ALIVE.has((await this.status(row.backfillId)) ?? '') ? 'running' : 'gone';
    return { ...row, workflowId, state, endedAt: null, progress: await this.askProgress(row.backfillId, state) };
  }

  private async status(backfillId: string): Promise<WorkflowExecutionStatusName | undefined> {
    const { calls, temporal } = this.context;
    const doing = `looking at backfill ${backfillId}`;
    try {
      const handle = this.handle(backfillId);
      return (await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, () => handle.describe())).status.name;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw toDlcError(error, doing);
    }
  }

  private async askProgress(backfillId: string, state: Backfill['state']): Promise<BackfillProgress | null> {
    if (state !== 'running') return null;
    const { calls, temporal } = this.context;
    const doing = `asking backfill ${backfillId} how far it is`;
    try {
      return await calls.run(temporal, Date.now() + PROGRESS_MS, doing, () =>
        this.handle(backfillId).query<BackfillProgress>(MESSAGES.progress),
      );
    } catch {
      // It has ended meanwhile, or no worker is there: the rest is known all the same.
      return null;
    }
  }
}
