// Temporal on this machine, for real: found or fetched, used, killed, started again.
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { TypedSearchAttributes, defineSearchAttributeKey } from '@temporalio/common';
import { startTemporal } from '../../src/local';
import type { StartedTemporal } from '../../src/local';
import { makePlace, runs } from './place';
import type { Place } from './place';

const dataflow = defineSearchAttributeKey('DlcDataflow', 'KEYWORD');

let place: Place;
let temporal: StartedTemporal;
beforeAll(async () => {
  place = await makePlace();
  temporal = await startTemporal({
    dataFile: join(place.directory, 'temporal.db'),
    namespace: 'lake',
    searchAttributes: { DlcDataflow: 'Keyword', DlcPartition: 'Keyword' },
    log: place.log,
  });
});
afterAll(async () => {
  await temporal.stop();
  await place.remove();
});

async function withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    return await use(new Client({ connection, namespace: temporal.namespace }));
  } finally {
    await connection.close();
  }
}

const start = (workflowId: string): Promise<unknown> =>
  withClient((client) =>
    client.workflow.start('none', {
      workflowId,
      taskQueue: 'nobody',
      typedSearchAttributes: new TypedSearchAttributes([{ key: dataflow, value: 'rz:billing' }]),
    }),
  );

test('it answers over gRPC, HTTP and in the browser, on loopback only', async () => {
  expect(temporal.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect((await fetch(`${temporal.httpUrl}/api/v1/namespaces/lake`)).status).toBe(200);
  expect((await fetch(temporal.uiUrl ?? '')).status).toBe(200);
});

test('what was started before a kill -9 is there after the restart, at the same address', async () => {
  const { pid } = temporal;
  await start('before');
  await temporal.kill();
  expect(runs(pid)).toBe(false);
  await temporal.restart();
  expect(temporal.pid).not.toBe(pid);
  await withClient(async (client) => {
    const before = await client.workflow.getHandle('before').describe();
    expect(before.status.name).toBe('RUNNING');
    expect(before.typedSearchAttributes.get(dataflow)).toBe('rz:billing');
  });
});

test('a second server on the same file is refused, and says who has it', async () => {
  const second = startTemporal({ dataFile: join(place.directory, 'temporal.db'), log: place.log });
  await expect(second).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });
});

test('a port that is asked for and taken is refused before anything starts', async () => {
  const port = Number(temporal.address.split(':')[1]);
  await expect(startTemporal({ port, log: place.log })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`port ${port}`),
  });
});

test('a server in memory leaves nothing behind, and stopping it twice is fine', async () => {
  const exits: string[] = [];
  const memory = await startTemporal({ ui: false, log: place.log, onExit: (how) => exits.push(how) });
  expect(memory.uiUrl).toBeNull();
  await Promise.all([memory.stop(), memory.stop()]);
  await memory.stop();
  expect(runs(memory.pid)).toBe(false);
  await expect(access(memory.logFile)).rejects.toThrow(/ENOENT/);
  await expect(memory.restart()).rejects.toThrow(/stopped/);
  expect(exits).toEqual([]);
});

test('a start that is cancelled leaves no server and no lock', async () => {
  const dataFile = join(place.directory, 'cancelled.db');
  const abort = new AbortController();
  const log = (line: string): void => {
    if (line.startsWith('Temporal: temporal version')) setImmediate(() => abort.abort());
  };
  await expect(startTemporal({ dataFile, ui: false, log, signal: abort.signal })).rejects.toThrow(/abort/i);
  await expect(access(`${dataFile}.lock`)).rejects.toThrow(/ENOENT/);
});

test('a server that dies on its way up says so, with the end of its log', async () => {
  const dataFile = join(place.directory, 'a-directory');
  await mkdir(dataFile);
  const started = startTemporal({ dataFile, ui: false, log: place.log });
  await expect(started).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/Temporal ended with status 1\. Its log .* ends:\n.*\w/s),
  });
});
