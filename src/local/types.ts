// What a server on this machine offers, whether we started it or only found it.

/** Receives one line of progress at a time, meant for a person. */
export type Log = (line: string) => void;

export interface LocalServer {
  /** Stops what we started and frees its data; does nothing to a server that was there before. Safe to call twice. */
  stop(): Promise<void>;
}

/** A server process of ours. The last two are for tests of what survives a crash. */
export interface StartedServer extends LocalServer {
  /** The process now running; another one after `restart()`. */
  readonly pid: number;
  /** Where the server's own output goes. */
  readonly logFile: string;
  /** SIGKILL, no warning. Resolves once the process is gone; `restart()` brings it back. */
  kill(): Promise<void>;
  /** Stops it if it runs, and starts it again on the same ports and data. Resolves once it answers. */
  restart(): Promise<void>;
}

export interface TemporalServer extends LocalServer {
  /** gRPC, `host:port`. */
  readonly address: string;
  /** Temporal's HTTP API; null where a server that was there before doesn't tell. */
  readonly httpUrl: string | null;
  /** The Web UI; null where there is none, or none that we know of. */
  readonly uiUrl: string | null;
  readonly namespace: string;
  /** One line: where it came from. */
  readonly source: string;
}

export interface MysqlServer extends LocalServer {
  /** `mysql://user:password@host:port/database` */
  readonly url: string;
  readonly flavor: Flavor;
  readonly version: string;
  /** One line: where it came from. */
  readonly source: string;
}

export type Flavor = 'mysql' | 'mariadb';

export interface StartedTemporal extends TemporalServer, StartedServer {
  readonly httpUrl: string;
}

export interface StartedMysql extends MysqlServer, StartedServer {}
