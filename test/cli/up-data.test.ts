// Where `dlc up` keeps its data: what is there already stays as it is.

import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openData } from '../../src/cli/up/data';
import { dlc } from './dlc';

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

test('a place that can hold no data is refused in words, with status 2', async () => {
  await writeFile(join(place, 'file'), '');
  await symlink(join(place, 'nowhere', 'at all'), join(place, 'link'));
  const places = {
    file: 'it is a file',
    'file/in': 'a part of its path is no folder',
    link: "a link on its path leads to what isn't there",
    ['x'.repeat(300)]: 'its name is too long',
  };
  for (const [name, reason] of Object.entries(places)) {
    await expect(openData(join(place, name))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `${join(place, name)} can't be used for data: ${reason}. Choose another with --data.`,
    });
  }
  expect(await dlc({}, 'up', '--data', join(place, 'file'))).toEqual({
    status: 2,
    stdout: '',
    stderr: `INVALID_ARGUMENT: ${join(place, 'file')} can't be used for data: it is a file. Choose another with --data.\n`,
  });
  const { status, stderr } = await dlc({ TMPDIR: join(place, 'file') }, 'up', '--ephemeral');
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('Choose another with TMPDIR.') });
});

test('so is one without permission', async () => {
  const folder = join(place, 'closed');
  await mkdir(folder, { mode: 0o500 });
  // Root may do everything: be somebody else for a moment.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(openData(folder)).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
