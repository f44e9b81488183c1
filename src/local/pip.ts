// A pip to run: Python's own, or (Debian's Python comes without one) the wheel that Debian packages for virtual environments.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLists, unpackDebs } from './apt-unpack';
import { intoCache } from './cache';
import { run } from './command';
import { NotHere, reasonOf } from './errors';
import type { Log } from './types';

export type Pip = readonly [program: string, ...first: string[]];

const INSTALLED: readonly Pip[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  ['python', '-m', 'pip'],
  ['py', '-m', 'pip'],
];

/** Throws `NotHere` where there is no Python at all. */
export async function findPip(options: { log: Log; signal?: AbortSignal | undefined }): Promise<Pip> {
  const reasons: string[] = [];
  for (const pip of INSTALLED) {
    try {
      await run(pip[0], [...pip.slice(1), '--version'], { timeoutMs: 20_000, signal: options.signal });
      return pip;
    } catch (error) {
      options.signal?.throwIfAborted();
      reasons.push(reasonOf(error));
    }
  }
  const python = await run('python3', ['--version'], { timeoutMs: 20_000, signal: options.signal }).catch(
    () => undefined,
  );
  if (python === undefined) throw new NotHere('neither pip nor Python is installed');
  return fromApt(options).catch((error: unknown) => {
    throw new Error(`Python has no pip (${reasons[0] ?? ''}), and apt none either: ${reasonOf(error)}`);
  });
}

// A wheel is a zip file, and Python runs a package in one.
async function fromApt(options: { log: Log; signal?: AbortSignal | undefined }): Promise<Pip> {
  options.log('Temporal: Python has no pip here: taking it from apt (python3-pip-whl)');
  const wheels = 'root/usr/share/python-wheels';
  const entry = { name: 'pip-apt', file: wheels };
  const directory = await eachLists(
    (apt) => intoCache(entry, (target) => unpackDebs(['python3-pip-whl'], target, { ...options, apt }), options),
    options.signal,
  );
  const wheel = (await readdir(directory)).find((name) => /^pip-.*\.whl$/.test(name));
  if (!wheel) throw new Error('the package has no pip wheel');
  return ['python3', join(directory, wheel, 'pip')];
}
