// The directory of a MySQL server of ours: what is in it, and who may enter.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataPaths, initialise } from '../../src/local/mysql-data';
import { makeSocketPlace } from '../../src/local/mysql-socket';
import { makePlace } from './place';
import type { Place } from './place';

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

test('files that are neither MySQL’s nor MariaDB’s are left alone, in words', async () => {
  const paths = dataPaths(place.directory);
  await mkdir(paths.data);
  await writeFile(join(paths.data, 'thesis.txt'), '');
  const mysqld = { path: '/never/run', flavor: 'mysql', version: '9.7.4', first: [] } as const;
  await expect(initialise(mysqld, paths, [])).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`${paths.data} holds something that is neither MySQL's nor MariaDB's data`),
  });
});

test('only its owner may reach the socket, whatever the directory around it allows', async () => {
  await mkdir(join(place.directory, 'run'), { mode: 0o755 });
  const { socket, remove } = await makeSocketPlace(dataPaths(place.directory));
  expect(dirname(socket)).toBe(join(place.directory, 'run'));
  expect((await stat(dirname(socket))).mode & 0o777).toBe(0o700);
  await remove();
});

test('data far down the tree gets its socket elsewhere: the path of one is limited', async () => {
  const { socket, remove } = await makeSocketPlace(dataPaths(join(place.directory, 'x'.repeat(120))));
  expect(Buffer.byteLength(socket)).toBeLessThan(100);
  expect((await stat(dirname(socket))).mode & 0o777).toBe(0o700);
  await remove();
  await expect(stat(dirname(socket))).rejects.toThrow('ENOENT');
});
