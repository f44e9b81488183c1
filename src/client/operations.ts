// The operations of `ZoneDataFlowCoordinator`: what people do to dataflows, relations, zones and runs.

import { NotFoundError } from '../domain/errors';
import type { RelationId } from '../domain/ids';
import { relationId } from '../domain/ids';
import type { FinishRequestInput } from '../domain/finish-request';
import type { Relation, Run } from '../domain/model';
import type { OperationInput, OperationResult, ResumeBacklog } from '../domain/operation';
import { isOpen } from '../domain/run-state';
import { dataflowRef } from '../domain/start-request';
import { findDataflow, findRelation, getRun, listOperations, relationsOfTarget } from '../store';
import type { OperationFilter, OperationRecord } from '../store';
import { cancelOpen } from './cancel-run';
import type { Context } from './context';
import { operate } from './operate';
import type { OperateOptions } from './operate';

/** A relation by its id, or by its two ends (ids or keys). */
export type RelationRef = string | { readonly source: string | number; readonly target: string | number };

/** By whom and why is told with each call, and kept (`list`). */
export class Operations {
  constructor(private readonly context: Context) {}

  /** The target neither waits for the source nor consumes it. `backlog`: what it leaves meanwhile is kept (default) or skipped. */
  async suspendRelation(
    relation: RelationRef,
    { backlog, ...options }: OperateOptions & { readonly backlog?: 'keep' | 'skip' } = {},
  ): Promise<OperationResult> {
    return this.do({ kind: 'suspendRelation', relationId: await this.relation(relation), backlog }, options);
  }

  /**
   * `backlog`: what has gathered is consumed by one run (`together`), by a run for each source run, or by none. It takes effect when
   * nothing pauses the target any more (`stillPaused`); what is skipped is skipped at once. Left out, it is what an earlier resume
   * chose, else `together`; given, it wins.
   */
  async resumeRelation(
    relation: RelationRef,
    { backlog, ...options }: OperateOptions & { readonly backlog?: ResumeBacklog } = {},
  ): Promise<OperationResult> {
    return this.do({ kind: 'resumeRelation', relationId: await this.relation(relation), backlog }, options);
  }

  /** For good: what it has queued is kept, and not consumed. The two may be associated anew. */
  async terminateRelation(relation: RelationRef, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'terminateRelation', relationId: await this.relation(relation) }, options);
  }

  /** Nothing of it starts until it is resumed; runs that have started go on. @throws DataflowDisabledError for a retired one. */
  async pauseDataflow(dataflow: string | number, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'pauseDataflow', dataflowId: await this.dataflow(dataflow) }, options);
  }

  /** `backlog`: as of `resumeRelation`, for all of its sources. */
  async resumeDataflow(
    dataflow: string | number,
    { backlog, ...options }: OperateOptions & { readonly backlog?: ResumeBacklog } = {},
  ): Promise<OperationResult> {
    return this.do({ kind: 'resumeDataflow', dataflowId: await this.dataflow(dataflow), backlog }, options);
  }

  /** As `pauseDataflow`, for all dataflows of a zone, those to come included. */
  async pauseZone(zone: string, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'pauseZone', zone }, options);
  }

  /** `backlog`: as of `resumeRelation`, for all of its dataflows. */
  async resumeZone(
    zone: string,
    { backlog, ...options }: OperateOptions & { readonly backlog?: ResumeBacklog } = {},
  ): Promise<OperationResult> {
    return this.do({ kind: 'resumeZone', zone, backlog }, options);
  }

  /** Waiting runs are cancelled, starts refused; runs that have started go on, and its queue goes on filling. */
  async disableDataflow(dataflow: string | number, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'disableDataflow', dataflowId: await this.dataflow(dataflow) }, options);
  }

  /** What has gathered starts it, if it is `auto`. */
  async enableDataflow(dataflow: string | number, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'enableDataflow', dataflowId: await this.dataflow(dataflow) }, options);
  }

  /** As `disableDataflow`, for good; its relations are terminated, on both sides. */
  async retireDataflow(dataflow: string | number, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'retireDataflow', dataflowId: await this.dataflow(dataflow) }, options);
  }

  /**
   * Cancels an open run, or takes an orphaned one; its sources go back to the queue, whatever the dataflow's `onError` says.
   * Returns the run once it has ended, or as it is when the time is over: a job may take long to stop.
   */
  async clearRun(runId: string, options: OperateOptions = {}): Promise<Run> {
    await this.do({ kind: 'clearRun', runId }, options);
    const run = await getRun(this.context.db, runId);
    return isOpen(run.state) ? cancelOpen(this.context, run, options.timeoutMs ?? 10_000) : run;
  }

  /** The end of an external run that came after its lease had expired counts after all. */
  async acceptRun(
    runId: string,
    finish: Omit<FinishRequestInput, 'runId'>,
    options: OperateOptions = {},
  ): Promise<OperationResult> {
    return this.do({ kind: 'acceptRun', runId, finish }, options);
  }

  /** Among the slots of its dataflow that wait for a place: the highest priority goes first. */
  async prioritizeRun(runId: string, priority: number, options: OperateOptions = {}): Promise<OperationResult> {
    return this.do({ kind: 'prioritizeRun', runId, priority }, options);
  }

  /** What was done, newest first. `subject`: a key, `source → target` (or `->`), `zone rz`, or a runId. */
  async list({ subject, ...filter }: OperationFilter = {}): Promise<OperationRecord[]> {
    return listOperations(this.context.db, { ...filter, subject: subject?.replace(/ *(?:→|->) */, ' → ') });
  }

  private do(operation: OperationInput, options: OperateOptions): Promise<OperationResult> {
    return operate(this.context, operation, options);
  }

  private async dataflow(idOrKey: string | number): Promise<string> {
    return (await findDataflow(this.context.db, dataflowRef(idOrKey))).id;
  }

  private async relation(ref: RelationRef): Promise<RelationId> {
    if (typeof ref === 'string') return (await findRelation(this.context.db, relationId(ref))).id;
    return (await this.openRelation(ref)).id;
  }

  private async openRelation({ source, target }: Exclude<RelationRef, string>): Promise<Relation> {
    const { db } = this.context;
    const [from, to] = [await findDataflow(db, dataflowRef(source)), await findDataflow(db, dataflowRef(target))];
    const relation = (await relationsOfTarget(db, to.id)).find(({ sourceDataflowId }) => sourceDataflowId === from.id);
    if (relation) return relation;
    throw new NotFoundError(
      `There is no relation ${from.key} → ${to.key}. Associate the two first, or check the keys.`,
      {
        source: from.key,
        target: to.key,
      },
    );
  }
}
