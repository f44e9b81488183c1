// The schedules of dataflows: Temporal Schedules, which are the only truth about them. Each time one fires it opens a run that
// waits for its sources: time and data both count.

import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { ScheduleHandle } from '@temporalio/client';
import { dataflowOff } from '../../domain/dataflow-off';
import { definedOf } from '../../domain/defined';
import { AlreadyExistsError, NotFoundError, UnavailableError } from '../../domain/errors';
import type { DlcError } from '../../domain/errors';
import type { Dataflow } from '../../domain/model';
import { checkWho } from '../../domain/operation';
import { isSameRule } from '../../domain/plan/fields';
import { specOf } from '../../domain/plan/schedules';
import {
  changedSchedule,
  checkScheduleFor,
  checkScheduleName,
  parseSchedule,
  samplePartition,
  scheduleId,
  scheduleTitle,
} from '../../domain/schedule';
import type { ScheduleChange, ScheduleInput, ScheduleSpec } from '../../domain/schedule';
import { dataflowRef } from '../../domain/start-request';
import { checkFedPartition, checkPartition } from '../../health/blocked';
import { findDataflow } from '../../store';
import { checkRule } from '../check-rule';
import type { Context } from '../context';
import type { Who } from '../operate';
import { toDlcError } from '../temporal-errors';
import { checkFires } from './check-fires';
import { scheduleIds, toSchedule } from './describe';
import type { Schedule, ScheduledExecution, ScheduleMemo } from './describe';
import { following, scheduleOptions } from './options';
import type { Written } from './options';
import { triggerSchedule } from './trigger';
import { writeOver, writtenIn } from './update';

export type { Schedule, ScheduledExecution } from './describe';

/** Which of the dataflow's schedules; left out: its usual one. */
export interface ScheduleName {
  readonly name?: string | undefined;
}

export interface CreateScheduleOptions extends ScheduleName, Who {
  /** It is created paused. */
  readonly paused?: boolean | undefined;
  /** `error` (default): one that exists is refused. `replace`: it becomes this one; paused or not, it stays so. */
  readonly ifExists?: 'error' | 'replace' | undefined;
}

const TIMEOUT_MS = 30_000;

/** Times that somebody else may change a schedule in between. */
const ATTEMPTS = 20;

/**
 * Dataflows by id or key. Every call may throw NotFoundError (no such dataflow, or no such schedule of it) and
 * InvalidArgumentError, whose `details.field` names the schedule's field.
 */
export class Schedules {
  constructor(private readonly context: Context) {}

  /**
   * A disabled dataflow may have one: until it is enabled its times are skipped.
   * @throws AlreadyExistsError; DataflowDisabledError for a retired dataflow.
   */
  async create(
    dataflow: string | number,
    schedule: ScheduleInput,
    { name = '', by, reason, paused = false, ifExists = 'error' }: CreateScheduleOptions = {},
  ): Promise<Schedule> {
    const spec = parseSchedule(schedule);
    const who = this.doer(by, reason);
    const flow = await this.find(dataflow, name);
    await this.check(flow, name, spec);
    const title = scheduleTitle(flow.key, name);
    const memo: ScheduleMemo = { dataflow: flow.key, name, by: who };
    const state = { paused, note: reason ?? `created by ${who}` };
    const created = await this.withOptions(flow, name, spec, `creating ${title}`, async (options, attributes) => {
      try {
        await this.temporal.create({ ...options, ...attributes, memo, state });
        return true;
      } catch (error) {
        if (error instanceof ScheduleAlreadyRunning) return false;
        throw error;
      }
    });
    if (!created && ifExists === 'error') {
      throw new AlreadyExistsError(
        `There is ${title} already. Update it, give this one another name, or pass ifExists: 'replace'.`,
        { dataflow: flow.key, name, scheduleId: scheduleId(flow.key, name) },
      );
    }
    if (!created) await this.write(flow, name, () => spec);
    await this.deleteIfRetired(flow, name);
    return this.describe(flow, name);
  }

  /**
   * Changes fields of a schedule, of its deadline and its interval each part by itself; null takes one out. Its type and task queue follow
   * the dataflow's. @throws DataflowDisabledError
   */
  async update(
    dataflow: string | number,
    changes: ScheduleChange,
    { name = '' }: ScheduleName = {},
  ): Promise<Schedule> {
    const flow = await this.find(dataflow, name);
    if (flow.status === 'retired') throw retired(flow);
    await this.write(flow, name, async (before) => {
      const spec = parseSchedule(changedSchedule(before, changes));
      // Rewritten as it is, it is none the worse than before.
      if (Object.keys(definedOf(changes)).length > 0) await this.check(flow, name, spec);
      return spec;
    });
    return this.describe(flow, name);
  }

  /** Its type and task queue become the dataflow's, and nothing else of it changes. */
  async follow(dataflow: string | number, { name = '' }: ScheduleName = {}): Promise<void> {
    const flow = await this.find(dataflow, name);
    await this.withHandle(flow, name, 'updating', (handle) =>
      handle.update((before) => following(before, flow, this.context.taskQueue)),
    );
  }

  async get(dataflow: string | number, { name = '' }: ScheduleName = {}): Promise<Schedule> {
    return this.describe(await this.find(dataflow, name), name);
  }

  /** In the order of their IDs; of one dataflow where it is named. A new one is listed after a moment. */
  async list({ dataflow }: { readonly dataflow?: string | number | undefined } = {}): Promise<Schedule[]> {
    const key = dataflow === undefined ? undefined : (await this.find(dataflow, '')).key;
    const ids = await this.calling('listing schedules', () => scheduleIds(this.context.temporal, key));
    const all: Schedule[] = [];
    for (let from = 0; from < ids.length; from += 16) {
      const some = ids.slice(from, from + 16).map((id) => this.describeId(id));
      all.push(...(await Promise.all(some)).filter((schedule) => schedule !== undefined));
    }
    return all;
  }

  /** Its times are left out until it is resumed. */
  async pause(dataflow: string | number, { name = '', by, reason }: ScheduleName & Who = {}): Promise<Schedule> {
    return this.change(dataflow, name, 'pausing', (handle) => handle.pause(this.note('paused', by, reason)));
  }

  async resume(dataflow: string | number, { name = '', by, reason }: ScheduleName & Who = {}): Promise<Schedule> {
    return this.change(dataflow, name, 'resuming', (handle) => handle.unpause(this.note('resumed', by, reason)));
  }

  /**
   * Fires now, paused or not; returns what it started, or null if Temporal took longer than a moment to start it.
   * @throws DataflowDisabledError: whoever asks for a run now is not to be told by one that was skipped.
   */
  async trigger(dataflow: string | number, { name = '' }: ScheduleName = {}): Promise<ScheduledExecution | null> {
    const flow = await this.find(dataflow, name);
    return this.withHandle(flow, name, 'triggering', async (handle) => {
      const before = await handle.describe();
      if (flow.status !== 'enabled') throw dataflowOff(flow, "its schedule can't be triggered");
      return triggerSchedule(handle, before);
    });
  }

  /** Runs that it has started go on. */
  async delete(dataflow: string | number, { name = '' }: ScheduleName = {}): Promise<void> {
    const flow = await this.find(dataflow, name);
    await this.withHandle(flow, name, 'deleting', (handle) => handle.delete());
  }

  private get temporal() {
    return this.context.temporal.schedule;
  }

  private async find(dataflow: string | number, name: string): Promise<Dataflow> {
    checkScheduleName(name);
    return findDataflow(this.context.db, dataflowRef(dataflow));
  }

  /** Before anything is changed. */
  private async check(flow: Dataflow, name: string, spec: ScheduleSpec): Promise<void> {
    if (flow.status === 'retired') throw retired(flow);
    checkScheduleFor(spec, flow);
    const { dependencyCheck: rule, partition } = spec;
    await this.unlessSame(flow, name, checkRule(this.context, flow, rule), (before) =>
      isSameRule(before?.dependencyCheck, rule),
    );
    // Each of its runs would be refused, where nobody looks.
    const sample = partition === null ? null : samplePartition(partition);
    await this.unlessSame(
      flow,
      name,
      checkPartition(this.context.db, flow, sample, 'partition'),
      (before) => before?.partition === partition,
    );
    await this.unlessSame(
      flow,
      name,
      checkFedPartition(this.context.db, flow, sample, spec, 'partition'),
      (before) => before?.partition === partition && isSameRule(before.dependencyCheck, rule),
    );
    await this.calling('asking when a schedule fires', () => checkFires(this.context.temporal, spec));
  }

  /** A relation may have come or gone since the schedule was written: that is no reason to refuse another time for it. */
  private async unlessSame(
    flow: Dataflow,
    name: string,
    checked: Promise<void>,
    isSame: (before: ScheduleSpec | undefined) => boolean,
  ): Promise<void> {
    try {
      await checked;
    } catch (error) {
      const before = await this.describeId(scheduleId(flow.key, name));
      if (!before || !isSame(specOf(before.spec))) throw error;
    }
  }

  /** A retirement that was committed meanwhile may not have seen the new schedule (rule 2: write, then look). */
  private async deleteIfRetired(flow: Dataflow, name: string): Promise<void> {
    const { status } = await findDataflow(this.context.db, { id: flow.id });
    if (status !== 'retired') return;
    await this.withHandle(flow, name, 'deleting', (handle) => handle.delete());
    throw retired(flow);
  }

  /** `change` what is there, again as often as somebody else is quicker. */
  private async write(
    flow: Dataflow,
    name: string,
    change: (before: ScheduleInput) => ScheduleSpec | Promise<ScheduleSpec>,
  ): Promise<void> {
    const doing = `updating ${scheduleTitle(flow.key, name)}`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await this.withHandle(flow, name, 'reading', (handle) => handle.describe());
      const spec = await change(writtenIn(before));
      const isWritten = await this.withOptions(flow, name, spec, doing, (options, attributes) =>
        this.withHandle(flow, name, 'updating', () => writeOver(this.temporal, before, { ...options, ...attributes })),
      );
      if (isWritten) return;
    }
    throw new UnavailableError(`Others were changing it all the time while ${doing}. Nothing was changed: try again.`);
  }

  private async withOptions<T>(
    flow: Dataflow,
    name: string,
    spec: ScheduleSpec,
    doing: string,
    call: (options: Written, attributes: object) => Promise<T>,
  ): Promise<T> {
    const { searchAttributes, taskQueue } = this.context;
    return this.calling(doing, () =>
      searchAttributes.with({ dataflow: flow.key, partition: null }, (attributes) =>
        call(
          scheduleOptions(flow, name, spec, taskQueue, attributes),
          attributes ? { typedSearchAttributes: attributes } : {},
        ),
      ),
    );
  }

  private async change(
    dataflow: string | number,
    name: string,
    doing: string,
    call: (handle: ScheduleHandle) => Promise<void>,
  ): Promise<Schedule> {
    const flow = await this.find(dataflow, name);
    await this.withHandle(flow, name, doing, call);
    return this.describe(flow, name);
  }

  private describe(flow: Dataflow, name: string): Promise<Schedule> {
    return this.withHandle(flow, name, 'reading', async (handle) => toSchedule(await handle.describe()));
  }

  /** Undefined: it was deleted since it was listed. */
  private async describeId(id: string): Promise<Schedule | undefined> {
    return this.calling(`reading schedule ${id}`, async () => {
      try {
        return toSchedule(await this.temporal.getHandle(id).describe());
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return undefined;
        throw error;
      }
    });
  }

  private async withHandle<T>(
    flow: Dataflow,
    name: string,
    doing: string,
    call: (handle: ScheduleHandle) => Promise<T>,
  ): Promise<T> {
    const title = scheduleTitle(flow.key, name);
    const id = scheduleId(flow.key, name);
    return this.calling(`${doing} ${title}`, async () => {
      try {
        return await call(this.temporal.getHandle(id));
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
        throw new NotFoundError(`There isn't ${title}. Create it first, or check its name.`, {
          field: 'name',
          dataflow: flow.key,
          name,
          scheduleId: id,
        });
      }
    });
  }

  private async calling<T>(doing: string, call: () => Promise<T>): Promise<T> {
    const { calls, temporal } = this.context;
    try {
      return await calls.run(temporal, Date.now() + TIMEOUT_MS, doing, call);
    } catch (error) {
      throw toDlcError(error, doing);
    }
  }

  private note(what: string, by?: string, reason?: string): string {
    return `${what} by ${this.doer(by, reason)}${reason === undefined ? '' : `: ${reason}`}`;
  }

  /** @throws InvalidArgumentError for a name or a reason that no operation would take either. */
  private doer(by = this.context.actor, reason?: string): string {
    checkWho({ by, reason });
    return by;
  }
}

const retired = ({ key }: Dataflow): DlcError => dataflowOff({ key, status: 'retired' }, "it can't have a schedule");
