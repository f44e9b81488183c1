// Temporal's development server on this machine, in memory or on one SQLite file.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { lockData } from './data-lock';
import { LOOPBACK, assertListening, choosePort } from './ports';
import { untilReady } from './ready';
import { retryOnStolenPort } from './stolen-port';
import { ServerProcess } from './server-process';
import { Supervised } from './supervised';
import { findTemporal } from './temporal-binary';
import { assertTemporalAnswers } from './temporal-probe';
import type { Log, StartedTemporal } from './types';

export interface TemporalOptions {
  /** SQLite file that keeps everything; left out, all is in memory and gone at the end. */
  readonly dataFile?: string | undefined;
  /** gRPC. 0 or left out: any free one, for each of the three. A port that is asked for and taken is an error. */
  readonly port?: number | undefined;
  readonly httpPort?: number | undefined;
  readonly uiPort?: number | undefined;
  /** Default true. */
  readonly ui?: boolean | undefined;
  /** Created if it isn't there. Default `default`. */
  readonly namespace?: string | undefined;
  /** Registered in the namespace. */
  readonly searchAttributes?: Readonly<Record<string, 'Keyword'>> | undefined;
  /** The server's own settings, by name, each value as JSON. */
  readonly dynamicConfig?: Readonly<Record<string, string>> | undefined;
  readonly log: Log;
  /** Default: beside the data file, or in a temporary directory that goes with the server. */
  readonly logFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told if the server ends without `stop`, `kill` or `restart`. */
  readonly onExit?: ((how: string) => void) | undefined;
}

const START_MS = 60_000;
const STOP_MS = 10_000;

/** Throws UNAVAILABLE if no server can be found, the data is in use, a port is taken, or it dies; the message says which. */
export async function startTemporal(options: TemporalOptions): Promise<StartedTemporal> {
  const binary = await findTemporal(options);
  options.log(`Temporal: ${binary.source}`);
  const asked = [options.port, options.httpPort, options.uiPort];
  return retryOnStolenPort({ log: options.log, asked }, async () => {
    const port = await choosePort(options.port, 'Temporal');
    const httpPort = await choosePort(options.httpPort, "Temporal's HTTP API");
    const uiPort = options.ui === false ? undefined : await choosePort(options.uiPort, "Temporal's UI");
    return launch(options, binary, { port, httpPort, uiPort });
  });
}

interface Ports {
  readonly port: number;
  readonly httpPort: number;
  readonly uiPort: number | undefined;
}

async function launch(
  options: TemporalOptions,
  binary: { path: string; source: string },
  ports: Ports,
): Promise<StartedTemporal> {
  const namespace = options.namespace ?? 'default';
  const address = `${LOOPBACK}:${ports.port}`;
  const searchAttributes = Object.keys(options.searchAttributes ?? {});
  const place = await choosePlace(options);
  const args = serverArguments(options, ports, namespace, place.dataFile);
  const server = await Supervised.start({
    graceMs: STOP_MS,
    release: place.release,
    onExit: options.onExit,
    launch: async () => {
      const process = await ServerProcess.start({
        command: binary.path,
        args,
        logFile: place.logFile,
        env: ownEnvironment(),
      });
      await place.servedBy(process.pid);
      await untilReady({
        what: 'Temporal',
        process,
        logFile: place.logFile,
        deadlineMs: START_MS,
        probe: async () => {
          await assertListening(ports.port); // its client backs off for a second after a refused connection
          await assertTemporalAnswers({ connection: { address }, namespace, searchAttributes });
        },
        signal: options.signal,
      }).catch(async (error: unknown) => {
        await process.kill();
        throw error;
      });
      return process;
    },
  });
  return {
    address,
    namespace,
    httpUrl: `http://${LOOPBACK}:${ports.httpPort}`,
    uiUrl: ports.uiPort === undefined ? null : `http://${LOOPBACK}:${ports.uiPort}`,
    source: binary.source,
    logFile: place.logFile,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    kill: () => server.kill(),
    restart: () => server.restart(),
  };
}

interface Place {
  readonly dataFile: string | undefined;
  readonly logFile: string;
  readonly servedBy: (pid: number) => Promise<void>;
  readonly release: () => Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

async function choosePlace({ dataFile, logFile, log }: TemporalOptions): Promise<Place> {
  if (logFile) await mkdir(dirname(resolve(logFile)), { recursive: true });
  if (dataFile) {
    const file = resolve(dataFile);
    await mkdir(dirname(file), { recursive: true });
    const lock = await lockData(`${file}.lock`, file, log);
    return { ...lock, dataFile: file, logFile: resolve(logFile ?? `${file}.log`) };
  }
  if (logFile) return { dataFile: undefined, logFile: resolve(logFile), servedBy: nothing, release: nothing };
  const directory = await mkdtemp(join(tmpdir(), 'dlc-temporal-'));
  const release = (): Promise<void> => rm(directory, { recursive: true, force: true });
  return { dataFile: undefined, logFile: join(directory, 'temporal.log'), servedBy: nothing, release };
}

function serverArguments(
  options: TemporalOptions,
  ports: Ports,
  namespace: string,
  dataFile: string | undefined,
): string[] {
  const args = ['server', 'start-dev', '--ip', LOOPBACK, '--port', `${ports.port}`, '--http-port', `${ports.httpPort}`];
  args.push('--log-level', 'warn', '--namespace', namespace);
  args.push(...(ports.uiPort === undefined ? ['--headless'] : ['--ui-port', `${ports.uiPort}`]));
  if (dataFile) args.push('--db-filename', dataFile);
  // By default a server holds an execution back that continues a shorter one than a second as new: a slot's next run.
  args.push('--dynamic-config-value', 'history.workflowIdReuseMinimalInterval="1ms"');
  for (const [name, value] of Object.entries(options.dynamicConfig ?? {})) {
    args.push('--dynamic-config-value', `${name}=${value}`);
  }
  for (const [name, type] of Object.entries(options.searchAttributes ?? {})) {
    args.push('--search-attribute', `${name}=${type}`);
  }
  return args;
}

// The CLI takes TEMPORAL_* settings, profiles too, which are about another service.
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
