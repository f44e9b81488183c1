// The worker of `dlc up`, in its own process.

import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { temporalSettings } from '../../client/temporal-settings';
import type { Environment } from '../../domain/settings';
import type { MysqlServer, TemporalServer } from '../../local';
import { bundleWorkflows } from '../worker/load';
import { startWorker } from '../worker/start-worker';
import type { RunningWorker } from '../worker/start-worker';
import { isOurs } from './servers';

/** The slow part: it can go on while the servers start. */
export const bundleForUp = (): Promise<WorkflowBundleWithSourceMap> => bundleWorkflows();

export async function workerForUp(given: {
  readonly mysql: MysqlServer;
  readonly temporal: TemporalServer;
  readonly taskQueue: string;
  readonly bundle: WorkflowBundleWithSourceMap;
  readonly environment: Environment;
}): Promise<RunningWorker> {
  const { mysql, temporal, taskQueue, bundle, environment } = given;
  // TLS, API keys and profiles are meant for the service that the settings name, not for ours.
  const connection = isOurs(temporal) ? { address: temporal.address } : temporalSettings(environment).connectionOptions;
  return startWorker({ mysql: mysql.url, connection, namespace: temporal.namespace, taskQueue, bundle });
}
