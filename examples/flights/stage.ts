// All that the demo runs on: a folder for the lake, the servers, a worker, and a coordinator.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ZoneDataFlowCoordinator } from '../../src';
import { registerLake, ZONES } from './lake';
import type { Options } from './options';
import { table } from './print';
import { startServers } from './servers';
import type { Servers } from './servers';
import { startWorker, TASK_QUEUE } from './worker';

/** A run in the Temporal UI: its history, or the page on which it says what it does or waits for. */
export type UrlOf = (
  run: { readonly workflowId: string; readonly runId: string },
  page?: 'history' | 'user-metadata',
) => string;

export interface Stage {
  /** The folder of the lake's files. */
  readonly lake: string;
  readonly servers: Servers;
  readonly client: Client;
  readonly coordinator: ZoneDataFlowCoordinator;
  readonly urlOf: UrlOf;
  /** Rejects if the worker fails; never settles otherwise while the demo runs. */
  readonly working: Promise<void>;
}

/** What is to be undone at the end, the last first. */
export type Undo = (() => Promise<unknown>)[];

export async function setUp(options: Options, signal: AbortSignal, undo: Undo): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'flights-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const lake = options.lake === undefined ? join(folder, 'lake') : resolve(options.lake);
  await mkdir(lake, { recursive: true });

  console.log('Starting MySQL and Temporal on this machine; what is missing is fetched, the first time:');
  const servers = await startServers(join(folder, 'servers'), logFound, signal);
  undo.push(() => servers.stop());
  const { mysql, temporal } = servers;
  const worker = await startWorker(servers, lake);
  undo.push(() => worker.stop());
  const connection = await Connection.connect({ address: temporal.address });
  undo.push(() => connection.close());
  const client = new Client({ connection, namespace: temporal.namespace });
  const where = { mysql: mysql.url, temporal: client, taskQueue: TASK_QUEUE, zoneOrder: ZONES };
  const coordinator = await ZoneDataFlowCoordinator.connect(where);
  undo.push(() => coordinator.close());
  await registerLake(coordinator);

  console.log('\nRunning:');
  console.log(
    table([
      [`${mysql.flavor === 'mysql' ? 'MySQL' : 'MariaDB'} ${mysql.version}`, new URL(mysql.url).host],
      ['Temporal', temporal.address],
      ['Temporal UI', temporal.uiUrl ?? 'none'],
      ['Worker', `in this process, on task queue ${TASK_QUEUE}`],
      ['Lake', `${lake}${options.lake === undefined ? ' (removed at the end; --lake DIR keeps it)' : ''}`],
    ]),
  );
  return { lake, servers, client, coordinator, urlOf: urlsOf(temporal), working: worker.running };
}

/** Where the servers come from; not all the places where they weren't. */
function logFound(line: string): void {
  if (!line.includes(': not from ')) console.log(`  ${line}`);
}

function urlsOf({ uiUrl, namespace }: Servers['temporal']): UrlOf {
  return ({ workflowId, runId }, page = 'history') =>
    [uiUrl ?? '', ...['namespaces', namespace, 'workflows', workflowId, runId, page].map(encodeURIComponent)].join('/');
}

/** Undoes what was done, all of it. */
export async function undoAll(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await step().catch((error: unknown) => {
      console.error('While stopping:', error);
    });
  }
}
