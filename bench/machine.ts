// The machine that figures come from; without it they mean nothing.

import { availableParallelism, cpus, totalmem } from 'node:os';

/** `versions`: of the servers. */
export function machine(versions: string): string {
  const cores = `${String(availableParallelism())} cores (${cpus()[0]?.model.trim() ?? '?'})`;
  return `${cores}, ${String(Math.round(totalmem() / 2 ** 30))} GiB; Node ${process.versions.node}; ${versions}`;
}
