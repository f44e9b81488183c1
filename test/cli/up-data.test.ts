// Where `dlc up` keeps its data: what is there already stays as it is.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openData } from '../../src/cli/up/data';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'dlc-test-data-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

test('a folder of its own is hidden from git, one made beforehand too', async () => {
  await mkdir(join(place, 'empty'));
  for (const name of ['new/deep', 'empty']) {
    await openData(join(place, name));
    await openData(join(place, name));
    expect(await readFile(join(place, name, '.gitignore'), 'utf8')).toBe('*\n');
  }
});

test("somebody else's files, a .gitignore among them, stay as they are", async () => {
  const [repository, plain] = [join(place, 'repository'), join(place, 'plain')];
  await mkdir(repository);
  await writeFile(join(repository, '.gitignore'), 'node_modules\n');
  await mkdir(plain);
  await writeFile(join(plain, 'thesis.txt'), '');
  await openData(repository);
  await openData(plain);
  expect(await readFile(join(repository, '.gitignore'), 'utf8')).toBe('node_modules\n');
  expect(await readdir(plain)).toEqual(['thesis.txt']);
});

test('a folder without a name is refused', async () => {
  await expect(openData('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'data' } });
});
