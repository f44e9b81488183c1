// Which programs are taken for a server: those that run, and are new enough.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir } from '../../src/local';
import { intoCache } from '../../src/local/cache';
import { describeMysqld } from '../../src/local/mysqld';
import { temporalVersion } from '../../src/local/temporal-version';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'dlc-program-'));
  process.env['XDG_CACHE_HOME'] = home;
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function program(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

async function fetched(directory: string, script: string): Promise<void> {
  await program(join(directory, 'temporal'), script);
}

test.each([
  ['mysqld  Ver 9.7.4 for Linux on x86_64', { flavor: 'mysql', version: '9.7.4' }],
  ['mysqld  Ver 8.4.0 for Linux on aarch64', { flavor: 'mysql', version: '8.4.0' }],
  ['mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu', { flavor: 'mariadb', version: '10.11.19' }],
  ['mysqld  Ver 11.4.2-MariaDB for Linux on x86_64', { flavor: 'mariadb', version: '11.4.2' }],
])('%s is taken for what it is', async (says, is) => {
  await expect(describeMysqld(await program(join(home, 'mysqld'), `echo '${says}'`))).resolves.toMatchObject(is);
});

test.each([
  ['mysqld  Ver 8.0.45-0ubuntu0.24.04.1 for Linux', 'MySQL 8.0.45 is too old: 8.4 or later is needed'],
  ['mysqld  Ver 5.7.44 for Linux', 'MySQL 5.7.44 is too old'],
  ['mariadbd  Ver 10.6.18-MariaDB-0ubuntu0.22.04.1', 'MariaDB 10.6.18 is too old: 10.11 or later is needed'],
])('%s is passed over', async (says, reason) => {
  await expect(describeMysqld(await program(join(home, 'mysqld'), `echo '${says}'`))).rejects.toThrow(reason);
});

test('what was fetched and no longer runs is fetched again', async () => {
  const entry = { name: 'temporal-x', file: 'temporal', check: temporalVersion };
  const broken = await program(
    join(cacheDir(), 'temporal-x', 'temporal'),
    'echo libaio.so.1: cannot open >&2; exit 127',
  );
  const build = (directory: string) => fetched(directory, 'echo temporal version 1');
  await expect(intoCache(entry, build, { log: () => undefined })).resolves.toBe(broken);
  await expect(temporalVersion(broken)).resolves.toBe('temporal version 1');
});

test('what is fetched and doesn’t run is not kept, and the reason is what it said', async () => {
  const entry = { name: 'temporal-x', file: 'temporal', check: temporalVersion };
  const build = (directory: string) => fetched(directory, 'echo no libaio >&2; exit 127');
  await expect(intoCache(entry, build, { log: () => undefined })).rejects.toThrow('no libaio');
});
