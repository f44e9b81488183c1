import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, cached, intoCache } from '../../src/local/cache';

let home: string;
const before = process.env['XDG_CACHE_HOME'];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'dlc-cache-'));
  process.env['XDG_CACHE_HOME'] = home;
});
afterEach(async () => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  await rm(home, { recursive: true, force: true });
});

const entry = { name: 'tool', file: 'run' };
const options = { log: () => undefined };
const build = (directory: string): Promise<void> => writeFile(join(directory, 'run'), 'hello');

test('what was fetched is found again, in the cache directory of the user', async () => {
  await expect(cached(entry)).resolves.toBeUndefined();
  const path = await intoCache(entry, build, options);
  expect(path).toBe(join(home, 'datalake-lineage', 'tool', 'run'));
  await expect(cached(entry)).resolves.toBe(path);
  await expect(readFile(path, 'utf8')).resolves.toBe('hello');
});

test('two that want the same thing at once fetch it once', async () => {
  let fetched = 0;
  const counted = (directory: string): Promise<void> => {
    fetched++;
    return build(directory);
  };
  const [one, other] = await Promise.all([intoCache(entry, counted, options), intoCache(entry, counted, options)]);
  expect(one).toBe(other);
  expect(fetched).toBe(1);
});

test('a fetch that fails halfway leaves nothing behind, and the next one succeeds', async () => {
  const fails = async (directory: string): Promise<void> => {
    await writeFile(join(directory, 'half'), '');
    throw new Error('cut off');
  };
  await expect(intoCache(entry, fails, options)).rejects.toThrow('cut off');
  await expect(readdir(cacheDir())).resolves.toEqual([]);
  await expect(intoCache(entry, build, options)).resolves.toContain('tool');
});

test('a fetch that brings something else than what was wanted is no success', async () => {
  await expect(intoCache(entry, () => Promise.resolve(), options)).rejects.toThrow(/run/);
  await expect(cached(entry)).resolves.toBeUndefined();
});
