// Settings come first: a server that they name is used, never stopped, and an error if it is silent.
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { namedMysql, namedTemporal, resolveMysql, resolveTemporal } from '../../src/local';
import { askMysql } from '../../src/local/mysql-probe';
import { makePlace } from './place';
import type { Place } from './place';

let place: Place;
let url: string;
let address: string;
beforeAll(async () => {
  place = await makePlace();
  const mysql = await resolveMysql({ dataDir: join(place.directory, 'mysql'), fast: true, log: place.log }, {});
  stops.push(() => mysql.stop());
  const temporal = await resolveTemporal({ ui: false, log: place.log }, {});
  stops.push(() => temporal.stop());
  ({ url } = mysql);
  ({ address } = temporal);
});
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await place.remove();
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a MySQL server named by DLC_MYSQL_URL is used, and stop() leaves it alone', async () => {
  const named = await resolveMysql({ dataDir: '/nowhere', log: place.log }, { DLC_MYSQL_URL: url });
  expect(named.url).toBe(url);
  expect(named.source).toMatch(/named by DLC_MYSQL_URL/);
  expect(named.source).not.toContain(new URL(url).password);
  await named.stop();
  await expect(askMysql(url)).resolves.toMatchObject({ flavor: named.flavor, version: named.version });
});

test('a Temporal service named by TEMPORAL_ADDRESS is used, and stop() leaves it alone', async () => {
  const settings = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' };
  const named = await resolveTemporal({ log: place.log }, settings);
  expect(named).toMatchObject({ address, namespace: 'default', uiUrl: null });
  await named.stop();
  await expect(namedTemporal({ log: place.log }, settings)).resolves.toBeDefined();
});

test('a server that is named and silent is an error that names the setting, without the password', async () => {
  const port = await closedPort();
  await expect(
    namedMysql({ log: place.log }, { DLC_MYSQL_URL: `mysql://dlc:secret@127.0.0.1:${port}/dlc` }),
  ).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^MySQL at 127\.0\.0\.1:\d+ \(DLC_MYSQL_URL\) doesn't answer: (?!.*secret)/s),
  });
  await expect(namedTemporal({ log: place.log }, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
});

test('a namespace that the named service lacks is an error that names it', async () => {
  const settings = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'elsewhere' };
  await expect(namedTemporal({ log: place.log }, settings)).rejects.toThrow(/elsewhere/);
});
