// LineagePlugin: `plugins: [new LineagePlugin({ mysql })]` adds our workflows and activities to a worker's own. It wires,
// it doesn't think; its pool lives as long as the worker runs.

import { getClient } from '@temporalio/activity';
import { SimplePlugin } from '@temporalio/plugin';
import type { BundleOptions, ReplayWorkerOptions, Worker, WorkerOptions } from '@temporalio/worker';
import { createActivities, HOUSEKEEPING } from '../activities';
import type { Housekeeping, LineageActivities } from '../activities';
import { InvalidArgumentError } from '../domain/errors';
import { mysqlUrl } from '../domain/settings';
import { checkSchema, Database } from '../store';
import type { MysqlSettings } from '../store';
import { SearchAttributes } from '../temporal/search-attributes';
import { checkBundle, ENTRY, withLineageWorkflows } from './bundler';
import { keepHousekeeper } from './housekeeper';

export interface LineagePluginOptions {
  /** Where lineage is kept: `mysql://user:password@host:port/database`, or mysql2's pool options. Default: `DLC_MYSQL_URL`. */
  readonly mysql?: MysqlSettings;
  /**
   * Heals what was broken from outside: one a lake, whichever worker does it. `false`: this worker doesn't start it. Default: it
   * looks every 30 seconds at what is older than 15, and is taken over from workers that are gone within a minute.
   */
  readonly housekeeper?: false | Partial<Housekeeping>;
  /** Told what went wrong without stopping anything. Default: `console.warn`. */
  readonly warn?: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

// By one of the activities that use it: a plugin may serve several workers, and a worker's options name its activities.
const databases = new WeakMap<LineageActivities['lineageOpenRun'], Database>();

/**
 * For `Worker.create`, `bundleWorkflowCode`, `Worker.runReplayHistories` and `Client`.
 * @throws InvalidArgumentError without a MySQL address, on a clash of names with the user's own workflows or activities,
 *   and for a prebuilt bundle without our workflows. `worker.run()` rejects with UnavailableError when MySQL can't be
 *   reached or its schema isn't this version's.
 */
export class LineagePlugin extends SimplePlugin {
  private readonly mysql: MysqlSettings | undefined;
  private readonly housekeeper: false | Housekeeping;
  private readonly warn: NonNullable<LineagePluginOptions['warn']>;

  constructor(options: LineagePluginOptions = {}) {
    super({ name: 'datalake-lineage' });
    this.mysql = options.mysql;
    this.housekeeper = options.housekeeper !== false && { ...HOUSEKEEPING, ...options.housekeeper };
    this.warn =
      options.warn ??
      ((message) => {
        console.warn(message);
      });
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    return { ...withWorkflows(super.configureWorker(options)), activities: this.withActivities(options.activities) };
  }

  override configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return withWorkflows(super.configureReplayWorker(options));
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    return withLineageWorkflows(super.configureBundler(options));
  }

  override async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const { activities } = worker.options;
    const db = databases.get(activities.get('lineageOpenRun') as LineageActivities['lineageOpenRun']);
    if (!db) return next(worker);
    let keeping: Awaited<ReturnType<typeof keepHousekeeper>> | undefined;
    try {
      await checkSchema(db).catch(async (error: unknown) => {
        await discard(worker, next);
        throw error;
      });
      const { client } = worker;
      if (this.housekeeper && client) {
        const { takeOverMs } = this.housekeeper;
        const { taskQueue } = worker.options;
        keeping = await keepHousekeeper({ db, client, taskQueue, takeOverMs }, this.warn);
      }
      await next(worker);
    } finally {
      await keeping?.stop();
      await db.close();
    }
  }

  private withActivities(user: object = {}): object {
    const present = (user as Partial<LineageActivities>).lineageOpenRun;
    // Given twice, or through the connection and the worker: the first one has done it.
    if (present && databases.has(present)) return user;
    const { warn } = this;
    const db = new Database(this.mysql ?? mysqlUrl(process.env));
    const ours = createActivities({
      db,
      warn,
      client: getClient,
      searchAttributes: new SearchAttributes(warn),
      housekeeping: this.housekeeper || HOUSEKEEPING,
    });
    const clashes = Object.keys(ours).filter((name) => name in user);
    if (clashes.length > 0) {
      throw new InvalidArgumentError(
        `Your activities have ${clashes.join(', ')}, which are names of activities of datalake-lineage. Rename yours.`,
        { field: 'activities', names: clashes },
      );
    }
    databases.set(ours.lineageOpenRun, db);
    return { ...user, ...ours };
  }
}

// A worker that never runs would hold its connection for ever; one that has run gives it back.
async function discard(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
  const stopped = next(worker);
  worker.shutdown();
  await stopped;
}

function withWorkflows<T extends Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>>(options: T): T {
  if (options.workflowBundle) checkBundle(options.workflowBundle);
  else if (options.workflowsPath === undefined) return { ...options, workflowsPath: ENTRY };
  return options;
}
