// Hands the servers from the set-up to the tear-down; both run in jest's own process.

import type { StartedMysql, StartedTemporal } from '../../src/local';

export interface Servers {
  readonly mysql: StartedMysql;
  readonly temporal: StartedTemporal;
  readonly directory: string;
}

const holder = globalThis as { dlcTestServers?: Servers };

export const servers = {
  get: (): Servers | undefined => holder.dlcTestServers,
  set: (started: Servers): void => {
    holder.dlcTestServers = started;
  },
};
