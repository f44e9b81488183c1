// Closing a coordinator ends what is under way, and leaves nothing behind.

import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { UnavailableError, ZoneDataFlowCoordinator } from '../../src';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { setting } from '../support/settings';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await lake.close();
});

/** A coordinator with a connection of its own. */
const connectTo = (address: string): Promise<ZoneDataFlowCoordinator> =>
  ZoneDataFlowCoordinator.connect({
    mysql: lake.mysqlUrl,
    taskQueue: lake.taskQueue,
    environment: { TEMPORAL_ADDRESS: address },
  });

/** Hangs up on everybody: the SDK tries again and again. Resolves `tried` with the first. */
async function hangingUp(): Promise<{ address: string; tried: Promise<void> }> {
  const server = createServer();
  servers.push(server);
  const tried = new Promise<void>((resolve) =>
    server.on('connection', (socket) => {
      socket.destroy();
      resolve();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, tried };
}

/** What a call has come to, without waiting for anything; `pending` if it is still under way. */
const now = (call: Promise<unknown>): Promise<unknown> =>
  Promise.race([call.catch((error: unknown) => error), setImmediate('pending')]);

test('a call that waits for its next try ends with the coordinator', async () => {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), 'retried');
  const server = await hangingUp();
  const coordinator = await connectTo(server.address);
  const start = coordinator.startDataflowRunWithId(source).catch((error: unknown) => error);
  await server.tried;
  await coordinator.close();
  const error = await now(start);
  expect(error).toBeInstanceOf(UnavailableError);
  expect((error as Error).message).toMatch(
    /was closed while starting .*:retried\. Ask again on an open one\. The run may still open /,
  );
});

test('a call that waits for a run to start ends with the coordinator', async () => {
  const source = await lake.coordinator.createDataflow(lake.zone('rz'), 'awaited');
  const target = await lake.coordinator.createDataflow(lake.zone('sz'), 'awaited');
  await lake.coordinator.associateSourceToTarget(source, target);
  const { runId, workflowId } = await lake.coordinator.startDataflowRunWithId(target, { wait: true });
  const coordinator = await connectTo(setting('DLC_TEST_TEMPORAL_ADDRESS'));
  const wait = coordinator.waitForDataflowRunStart(runId).catch((error: unknown) => error);
  await eventually(
    () => lake.client.workflow.getHandle(workflowId).fetchHistory(),
    ({ events }) => events!.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length === 2,
  );
  await coordinator.close();
  expect(await now(wait)).toBeInstanceOf(UnavailableError);
});

test('after closing, every call says so', async () => {
  const coordinator = await connectTo(setting('DLC_TEST_TEMPORAL_ADDRESS'));
  await coordinator.close();
  await coordinator.close();
  await expect(coordinator.listDataflows()).rejects.toBeInstanceOf(UnavailableError);
  await expect(coordinator.startDataflowRunWithKeys(lake.zone('rz'), 'awaited')).rejects.toBeInstanceOf(
    UnavailableError,
  );
});

test('a connect that is refused leaves no connection to MySQL', async () => {
  const name = `${new URL(lake.mysqlUrl).pathname.slice(1)}_bare`;
  await lake.db.write(`CREATE DATABASE ${name}`);
  const url = new URL(lake.mysqlUrl);
  url.pathname = `/${name}`;
  await expect(ZoneDataFlowCoordinator.connect({ mysql: url.href, temporal: lake.client })).rejects.toThrow(
    'dlc migrate',
  );
  const open = await eventually(
    () => lake.db.select('SELECT id FROM information_schema.processlist WHERE db = ?', [name]),
    (rows) => rows.length === 0,
  );
  expect(open).toEqual([]);
  await lake.db.write(`DROP DATABASE ${name}`);
});
