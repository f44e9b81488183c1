// All that `dlc up` starts: servers first and side by side, then the schema, then the worker; stopped the other way round.

import { UnavailableError } from '../../domain/errors';
import { taskQueue as queueOf } from '../../domain/settings';
import type { LocalServer, Log, MysqlServer, TemporalServer } from '../../local';
import { count } from '../format';
import { migrateDatabase } from '../migrate';
import type { RunningWorker } from '../worker/start-worker';
import type { Addresses } from './addresses';
import { withoutOwn } from './data';
import type { DataFolder } from './data';
import type { UpOptions } from './options';
import { isOurs, mysqlFor, temporalFor } from './servers';

const AGAIN = 'Run dlc up again; with --data nothing committed is lost.';

export class Machine {
  /** Rejects when something that should run has ended by itself. */
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private mysql: MysqlServer | undefined;
  private temporal: TemporalServer | undefined;
  private worker: RunningWorker | undefined;

  constructor(
    private readonly options: UpOptions,
    private readonly data: DataFolder,
    private readonly log: Log,
  ) {
    this.failed = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  /** Throws UNAVAILABLE, saying what could not be started and why; `stop()` then stops what could. */
  async start(signal: AbortSignal): Promise<Addresses> {
    const { options, data, log } = this;
    const environment = withoutOwn(process.env, data.last);
    const taskQueue = options.taskQueue ?? queueOf(environment);
    const { mysql, temporal, bundle } = await this.startServers(environment, signal);
    const applied = await migrateDatabase(mysql.url);
    log(`Migrations: ${applied.length > 0 ? `applied ${count(applied.length, 'migration')}` : 'nothing to apply'}`);
    signal.throwIfAborted();
    if (bundle) {
      const { workerForUp } = await import('./worker.js');
      this.worker = await workerForUp({ mysql, temporal, taskQueue, bundle, environment });
      this.worker.ended.catch(this.fail);
      log(`Worker: polls task queue ${taskQueue}`);
    }
    const addresses = {
      temporalAddress: temporal.address,
      temporalHttpUrl: temporal.httpUrl,
      namespace: temporal.namespace,
      temporalUiUrl: temporal.uiUrl,
      mysqlUrl: mysql.url,
      taskQueue,
      httpUrl: null,
    };
    await data.remember(addresses, { mysql: isOurs(mysql), temporal: isOurs(temporal) });
    return addresses;
  }

  /** The worker first, so that nothing is under way when its servers go. */
  async stop(): Promise<void> {
    await this.stopPart('Worker', this.worker);
    await this.stopPart('Temporal', this.temporal);
    await this.stopPart('MySQL', this.mysql);
    await this.data.release();
  }

  /** At once. What MySQL has committed is kept even so. */
  kill(): void {
    for (const server of [this.temporal, this.mysql]) {
      if (server && isOurs(server)) killQuietly(server.pid);
    }
    this.data.discard();
  }

  private async startServers(environment: NodeJS.ProcessEnv, signal: AbortSignal) {
    const { options, data, log } = this;
    const failure = new AbortController();
    const onExit = (what: string): void => this.fail(new UnavailableError(`${what}\n${AGAIN}`));
    const around = { data, environment, log, onExit, signal: AbortSignal.any([signal, failure.signal]) };
    const starting = [
      timed(log, 'MySQL', () => mysqlFor(options, around)).then((server) => (this.mysql = server)),
      timed(log, 'Temporal', () => temporalFor(options, around)).then((server) => (this.temporal = server)),
      options.worker
        ? timed(log, 'Workflows', async () => (await import('./worker.js')).bundleForUp())
        : Promise.resolve(undefined),
    ] as const;
    try {
      const [mysql, temporal, bundle] = await Promise.all(starting);
      return { mysql, temporal, bundle };
    } catch (error) {
      failure.abort();
      await Promise.allSettled(starting);
      throw error;
    }
  }

  private async stopPart(name: string, part: LocalServer | RunningWorker | undefined): Promise<void> {
    if (!part || ('source' in part && !isOurs(part))) return;
    this.log(`${name}: stopping`);
    await part.stop().catch((error: unknown) => this.log(`${name}: ${String(error)}`));
  }
}

async function timed<T>(log: Log, what: string, start: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const started = await start();
  log(`${what}: ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return started;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
