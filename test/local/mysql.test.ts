// MySQL or MariaDB on this machine, for real: whichever the chain finds first (DLC_MYSQLD names another).
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { startMysql } from '../../src/local';
import type { StartedMysql } from '../../src/local';
import { makePlace, runs } from './place';
import type { Place } from './place';

let place: Place;
let mysql: StartedMysql;
let told: (how: string) => void = () => undefined;
const dataDir = (): string => join(place.directory, 'mysql');
beforeAll(async () => {
  place = await makePlace();
  mysql = await startMysql({ dataDir: dataDir(), log: place.log, onExit: (how) => told(how) });
});
afterAll(async () => {
  await mysql.stop();
  await place.remove();
});

async function query(sql: string, uri = mysql.url): Promise<Record<string, unknown>[]> {
  const connection = await createConnection({ uri, multipleStatements: true });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

test('it is what it says it is: utf8mb4, UTC, on loopback only', async () => {
  const [row] = await query(
    'SELECT VERSION() AS version, @@bind_address AS address, @@character_set_database AS charset, @@time_zone AS zone, DATABASE() AS name',
  );
  expect(row).toMatchObject({ address: '127.0.0.1', charset: 'utf8mb4', zone: '+00:00', name: 'dlc' });
  expect(String(row?.['version'])).toContain(mysql.version);
  expect(/mariadb/i.test(String(row?.['version']))).toBe(mysql.flavor === 'mariadb');
});

test('nobody gets in without the password, root neither', async () => {
  const { host } = new URL(mysql.url);
  for (const user of ['dlc', 'root', 'somebody']) {
    await expect(query('SELECT 1', `mysql://${user}@${host}/`)).rejects.toThrow(/denied|not allowed/i);
  }
});

test('its user may make and drop databases', async () => {
  await query('CREATE DATABASE another; DROP DATABASE another');
});

test('what was committed before a kill -9 is there after the restart, at the same URL', async () => {
  const { url, pid } = mysql;
  await query('CREATE TABLE kept (id INT PRIMARY KEY); INSERT INTO kept VALUES (1)');
  await mysql.kill();
  expect(runs(pid)).toBe(false);
  await mysql.restart();
  expect(mysql.url).toBe(url);
  await expect(query('SELECT id FROM kept')).resolves.toEqual([{ id: 1 }]);
});

test('a server that dies without being asked to is told of', async () => {
  const died = new Promise<string>((resolve) => {
    told = resolve;
  });
  process.kill(mysql.pid, 'SIGKILL');
  await expect(died).resolves.toContain('was ended by SIGKILL');
  await mysql.restart();
});

test('a second server on the same directory is refused, and says who has it', async () => {
  await expect(startMysql({ dataDir: dataDir(), log: place.log })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });
});

test('after a stop, a start on the same directory has the same data and password, and another database if asked', async () => {
  const password = new URL(mysql.url).password;
  await query('CREATE TABLE stays (id INT PRIMARY KEY)');
  await mysql.stop();
  await mysql.stop();
  mysql = await startMysql({ dataDir: dataDir(), database: 'other-one', log: place.log });
  expect(new URL(mysql.url).password).toBe(password);
  await expect(query('SELECT DATABASE() AS name, (SELECT COUNT(*) FROM dlc.stays) AS count')).resolves.toEqual([
    { name: 'other-one', count: 0 },
  ]);
});

test('data of the other kind is refused in words, and left alone', async () => {
  const directory = join(place.directory, 'foreign');
  await mkdir(join(directory, 'data'), { recursive: true });
  const foreign = mysql.flavor === 'mysql' ? 'aria_log_control' : 'mysql.ibd';
  await writeFile(join(directory, 'data', foreign), '');
  const named = process.env['DLC_MYSQLD'];
  process.env['DLC_MYSQLD'] = programOf(mysql);
  try {
    await expect(startMysql({ dataDir: directory, log: place.log })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/holds data of (MySQL|MariaDB), which only a server of that kind can read/),
    });
  } finally {
    if (named === undefined) delete process.env['DLC_MYSQLD'];
    else process.env['DLC_MYSQLD'] = named;
  }
  await expect(readdir(join(directory, 'data'))).resolves.toEqual([foreign]);
  await expect(readdir(directory)).resolves.toEqual(['data']);
});

const programOf = ({ source }: StartedMysql): string => / at (.*), /.exec(source)?.[1] ?? '';

test('a name that would be no database name is refused', async () => {
  const started = startMysql({ dataDir: dataDir(), database: 'x`; DROP', log: place.log });
  await expect(started).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
