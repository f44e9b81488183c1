// ZoneDataFlowCoordinator: the original's calls. Registration and reads go to MySQL, runs go through Temporal.

import { declarationOf } from '../domain/declaration/export';
import { readDataflowOptions, readRelationOptions } from '../domain/declaration/options';
import type { Declaration } from '../domain/declaration/schema';
import type { DataflowId, RelationId } from '../domain/ids';
import type { Findings } from '../domain/finding';
import type { Healing } from '../domain/healing';
import { formatKey } from '../domain/key';
import type { Dataflow, Relation, Run } from '../domain/model';
import type { Plan } from '../domain/plan/actions';
import type { PlanOptions } from '../domain/plan/plan';
import { toSourceRun } from '../domain/protocol';
import type { FinishInfo, SourceRun, StartInfo } from '../domain/protocol';
import type { DataflowOptionsInput, RelationOptionsInput } from '../domain/registration';
import { dataflowRef } from '../domain/start-request';
import type { RunEventRecord } from '../domain/run-events';
import type { UnpolledQueue } from '../domain/unpolled';
import type { Why } from '../domain/why';
import { checkZone } from '../domain/zone';
import type { Zone } from '../domain/zone';
import * as store from '../store';
import { applyChange, planWithSchedules } from './apply/apply';
import type { Applied, ApplyOptions, ChangeOptions } from './apply/apply';
import { declarationChange, readRegistered } from './apply/plan';
import type { Change, ExportOptions } from './apply/plan';
import { allSchedules } from './apply/read-schedules';
import { updateChange } from './apply/update-dataflow';
import type { DataflowUpdate } from './apply/update-dataflow';
import { awaitStart } from './await-start';
import { Backfills } from './backfills';
import { cancelRun } from './cancel-run';
import { checkNamed } from './check-rule';
import type { CancelOptions } from './cancel-run';
import { connect } from './connect';
import type { Connected, ConnectOptions } from './connect';
import { examine, healOnDemand } from './doctor';
import type { DoctorOptions } from './doctor';
import { finishRun } from './finish-run';
import type { FinishOptions } from './finish-run';
import { heartbeatRun } from './heartbeat-run';
import type { OperateOptions } from './operate';
import { Operations } from './operations';
import { getReplay } from './get-replay';
import { replayDownstream } from './replay';
import type { ReplayStarted } from './replay';
import { rerunRun } from './rerun';
import type { RerunOptions } from './rerun';
import { Schedules } from './schedules';
import { startRun } from './start-run';
import type { StartedRun, StartOptions } from './start-run';
import { unpolledQueues } from './task-queues';
import { askWhy } from './why';
import type { WhySubject } from './why';

/** A run with what it consumed, and what happened to it; oldest first. */
export interface RunWithSources extends Run {
  /** With who did it and why, where somebody did: also who asked for the run, as its first event tells. */
  readonly events: readonly RunEventRecord[];
  readonly dataflowQueueList: readonly SourceRun[];
}

/** Every call may throw UnavailableError (MySQL or Temporal away) and InvalidArgumentError (an argument's type or form). */
export class ZoneDataFlowCoordinator {
  /** What people do to dataflows, relations, zones and runs. */
  readonly operations: Operations;

  /** When dataflows are run by the clock. */
  readonly schedules: Schedules;

  /** A range of partitions, so many at once. */
  readonly backfills: Backfills;

  private constructor(private readonly context: Connected) {
    this.backfills = new Backfills(context);
    this.schedules = new Schedules(context);
    this.operations = new Operations(context);
  }

  /** Every option defaults to the settings (`DLC_*`, `TEMPORAL_*`). */
  static async connect(options: ConnectOptions = {}): Promise<ZoneDataFlowCoordinator> {
    return new ZoneDataFlowCoordinator(await connect(options));
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /**
   * Registers a dataflow and returns its id. Its rule may name what becomes a source of it later.
   * @throws AlreadyExistsError, unless `ifExists` is `'get'`; InvalidArgumentError also for a rule that names what isn't registered.
   */
  async createDataflow(
    zone: string,
    modelName: string,
    modelKey = '',
    modelSecKey = '',
    options: DataflowOptionsInput = {},
  ): Promise<DataflowId> {
    const parsed = readDataflowOptions(options);
    const parts = { zone, modelName, modelKey, modelSecKey };
    await checkNamed(this.context, formatKey(parts), parsed.trigger.when);
    return store.insertDataflow(this.context.db, parts, parsed);
  }

  /** By id or key. @throws NotFoundError */
  async getDataflow(idOrKey: string | number): Promise<Dataflow> {
    return store.findDataflow(this.context.db, dataflowRef(idOrKey));
  }

  /**
   * Changes the given fields of a dataflow, by id or key; null gives a field its default again. Runs that wait keep the rule that
   * they opened with.
   * @throws NotFoundError; DataflowDisabledError for a retired one; InvalidArgumentError also for another `partitioned`.
   */
  async updateDataflow(
    idOrKey: string | number,
    update: DataflowUpdate,
    options: ChangeOptions = {},
  ): Promise<Dataflow> {
    const { key } = await this.getDataflow(idOrKey);
    await applyChange(this.context, updateChange(key, update), { ...options, subject: key });
    return this.getDataflow(key);
  }

  /** What `apply` would do now. @throws InvalidArgumentError, CycleError; both with all problems in `details.problems`. */
  async plan(declaration: Declaration, options: PlanOptions = {}): Promise<Plan> {
    return (await planWithSchedules(this.context, this.declared(declaration, options))).plan;
  }

  /**
   * Makes the declared dataflows and their sources what they are declared to be, all at once or not at all. What isn't declared is
   * left alone, unless `prune` is set. The same again does nothing.
   * @throws InvalidArgumentError, CycleError; UnavailableError for a plan that isn't the expected one any more.
   */
  async apply(declaration: Declaration, options: ApplyOptions = {}): Promise<Applied> {
    return applyChange(this.context, this.declared(declaration, options), options);
  }

  /**
   * What is registered, all of it or of one zone, as a declaration that changes nothing. `schedules: false` leaves those out, which
   * Temporal keeps. @throws NotFoundError for a zone that has no dataflow, and never had one.
   */
  async export({ zone, schedules = true }: ExportOptions = {}): Promise<Declaration> {
    const registered = await readRegistered(this.context.db);
    if (zone !== undefined) checkZone(zone, registered.dataflows);
    return declarationOf(schedules ? { ...registered, schedules: await allSchedules(this.context) } : registered, zone);
  }

  /** In the order of their keys; 1,000 at most, go on with `after`. */
  async listDataflows(filter: store.DataflowFilter = {}): Promise<Dataflow[]> {
    return store.listDataflows(this.context.db, filter);
  }

  /** Zones that have dataflows, with their pauses; in the order of their names. */
  async listZones(): Promise<Zone[]> {
    return store.listZones(this.context.db);
  }

  /**
   * The target waits for the source and consumes its runs; returns the relation's id. Ids or keys. Who did it and why is kept
   * (`operations.list`), unless the relation was there already.
   * @throws NotFoundError, AlreadyExistsError, CycleError; DataflowDisabledError for a retired end; InvalidArgumentError for a
   *   partition mapping that doesn't suit the target or an open run of the source, or a relation against the zone order.
   */
  async associateSourceToTarget(
    source: string | number,
    target: string | number,
    options: RelationOptionsInput = {},
  ): Promise<RelationId> {
    const { by, reason, ...parsed } = readRelationOptions(options);
    const doer = { by: by ?? this.context.actor, reason };
    const [from, to] = await Promise.all([this.getDataflow(source), this.getDataflow(target)]);
    return store.insertRelation(this.context.db, from.id, to.id, parsed, this.context.zoneOrder, doer);
  }

  /** All relations, in the order of their ids, terminated ones included. */
  async listRelations(): Promise<Relation[]> {
    return store.listRelations(this.context.db);
  }

  /**
   * Starts a run of a dataflow (its id, or its key) and returns as soon as the run has claimed its sources. Asked twice
   * with one `requestId`, it starts one run.
   * @throws NotFoundError, DataflowDisabledError, AlreadyActiveError, and DependencyNotReadyError unless `wait` is set.
   */
  async startDataflowRunWithId(id: string | number, options: StartOptions = {}): Promise<StartedRun> {
    return startRun(this.context, await this.getDataflow(id), options);
  }

  /** As `startDataflowRunWithId`, by the natural key. */
  async startDataflowRunWithKeys(
    zone: string,
    modelName: string,
    modelKey = '',
    modelSecKey = '',
    options: StartOptions = {},
  ): Promise<StartedRun> {
    return this.startDataflowRunWithId(formatKey({ zone, modelName, modelKey, modelSecKey }), options);
  }

  /**
   * Waits until a run that was started with `wait: true` has claimed its sources; returns its state then.
   * @throws RunNotFoundError; UnavailableError after `timeoutMs` (default: one hour).
   */
  async waitForDataflowRunStart(runId: string, options: { timeoutMs?: number } = {}): Promise<StartInfo['state']> {
    return awaitStart(this.context, runId, options.timeoutMs ?? 3_600_000);
  }

  /**
   * Ends an external run, and returns when the end is in MySQL. The same finish twice is fine.
   * @throws RunNotFoundError, RunNotStartedError, RunAlreadyFinishedError; the run stays open on InvalidArgumentError.
   */
  async finishDataflowRun(
    status: 'success' | 'error',
    runId: string,
    options: FinishOptions = {},
  ): Promise<FinishInfo> {
    return finishRun(this.context, status, runId, options);
  }

  /**
   * Runs a failed run once more: a new run consumes what it had consumed, and is the only one to do so.
   * @throws RunNotFoundError; AlreadyActiveError while the run, a retry of it or another run of its slot is open;
   *   InvalidArgumentError for a run that succeeded, or was retried before.
   */
  async retryDataflowRun(runId: string, options: RerunOptions = {}): Promise<StartedRun> {
    return rerunRun(this.context, runId, 'retry', options);
  }

  /** Runs a run that succeeded once more, on the same sources. @throws as `retryDataflowRun`. */
  async replayDataflowRun(runId: string, options: RerunOptions = {}): Promise<StartedRun> {
    return rerunRun(this.context, runId, 'replay', options);
  }

  /**
   * Replays a run that succeeded, and then, in order, every run that consumed it, and so on; each is told of what was made anew.
   * Returns what is to be replayed; `getReplay` tells how it stands.
   * @throws RunNotFoundError; AlreadyActiveError while one of them is open; InvalidArgumentError.
   */
  async replayDownstream(runId: string, options: OperateOptions = {}): Promise<ReplayStarted> {
    return replayDownstream(this.context, runId, options);
  }

  /** How a replay stands. @throws RunNotFoundError where there is none (any more). */
  async getReplay(replayId: string): Promise<ReplayStarted> {
    return getReplay(this.context, replayId);
  }

  /** The external job of a run is alive: its lease begins anew. @throws RunNotFoundError, RunAlreadyFinishedError */
  async heartbeatDataflowRun(runId: string): Promise<void> {
    return heartbeatRun(this.context, runId);
  }

  /**
   * Cancels an open run, kept with who did it and why; returns it once it has ended, or as it is after `timeoutMs` (default: 10,000). One whose workflow is gone
   * ends `orphaned`. @throws RunNotFoundError, RunAlreadyFinishedError
   */
  async cancelDataflowRun(runId: string, options: CancelOptions = {}): Promise<Run> {
    return cancelRun(this.context, runId, options);
  }

  /** The finished source runs that a target (its id, or its key) can consume now, oldest first. @throws NotFoundError */
  async fetchReadyDataflowSourceByTargetId(id: string | number): Promise<SourceRun[]> {
    const target = await this.getDataflow(id);
    return (await store.readyRowsOfDataflow(this.context.db, target.id)).map(toSourceRun);
  }

  /** As `fetchReadyDataflowSourceByTargetId`, by the natural key. */
  async fetchReadyDataflowSourceByTargetKeys(
    zone: string,
    modelName: string,
    modelKey = '',
    modelSecKey = '',
  ): Promise<SourceRun[]> {
    return this.fetchReadyDataflowSourceByTargetId(formatKey({ zone, modelName, modelKey, modelSecKey }));
  }

  /**
   * Why a run waits or started, or why a slot has none: the facts, the rule's tree, and one plain paragraph.
   * @throws RunNotFoundError, NotFoundError
   */
  async why(subject: WhySubject): Promise<Why> {
    return askWhy(this.context, subject);
  }

  /** What the housekeeper would heal; changes nothing. */
  async examine(options: DoctorOptions = {}): Promise<Findings> {
    return examine(this.context, options);
  }

  /** Task queues that enabled dataflows need, and that no worker polls; changes nothing. */
  async unpolledTaskQueues(): Promise<UnpolledQueue[]> {
    return unpolledQueues(this.context);
  }

  /** Has what is found healed now, by a worker; returns what was, and what couldn't be. */
  async heal(options: DoctorOptions = {}): Promise<Healing> {
    return healOnDemand(this.context, options);
  }

  /** @throws RunNotFoundError */
  async getDataflowRun(runId: string): Promise<RunWithSources> {
    const { db } = this.context;
    const run = await store.getRun(db, runId);
    const [rows, events] = await Promise.all([store.claimedRows(db, runId), store.runEvents(db, run.runId)]);
    return { ...run, events, dataflowQueueList: rows.map(toSourceRun) };
  }

  /** Newest first; 100 unless `limit` says otherwise. */
  async listDataflowRuns(
    filter: Omit<store.RunFilter, 'dataflowId'> & { dataflow?: string | number } = {},
  ): Promise<Run[]> {
    const { dataflow, ...rest } = filter;
    const id = dataflow === undefined ? undefined : (await this.getDataflow(dataflow)).id;
    return store.listRuns(this.context.db, { ...rest, dataflowId: id });
  }
  private declared(declaration: unknown, options: PlanOptions): Change {
    return declarationChange(declaration, this.context.zoneOrder, options);
  }
}
