// What `dlc up` was asked for.

import { InvalidArgumentError } from '../../domain/errors';
import type { OutputOptions } from '../output';

export interface UpOptions extends OutputOptions {
  readonly data?: string;
  readonly ephemeral?: boolean;
  /** False with --no-worker. */
  readonly worker: boolean;
  readonly namespace?: string;
  readonly taskQueue?: string;
  /** 0 or left out: any free one. */
  readonly temporalPort?: number;
  readonly temporalHttpPort?: number;
  readonly temporalUiPort?: number;
  readonly mysqlPort?: number;
}

const PORTS = {
  temporalPort: '--temporal-port',
  temporalHttpPort: '--temporal-http-port',
  temporalUiPort: '--temporal-ui-port',
  mysqlPort: '--mysql-port',
} as const;

/** @throws InvalidArgumentError where two of the ports asked for are the same. */
export function checkPorts(options: UpOptions): void {
  const taken = new Map<number, string>();
  for (const [field, flag] of Object.entries(PORTS)) {
    const port = options[field as keyof typeof PORTS];
    if (!port) continue; // any free one
    const other = taken.get(port);
    if (other !== undefined) {
      throw new InvalidArgumentError(`${other} and ${flag} are both ${port}: each needs a port of its own.`, { field });
    }
    taken.set(port, flag);
  }
}
