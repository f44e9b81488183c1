// Who does what is done, and why: options of every command that changes something for others.

import type { Command } from 'commander';

export interface ByOptions {
  readonly by?: string;
  readonly reason?: string;
}

export interface WhoOptions extends ByOptions {
  readonly requestId?: string;
}

/** Of what does no harm done twice. */
export function addBy(command: Command): Command {
  return command
    .option('--by <name>', 'who does it (default: the user of this shell)')
    .option('--reason <text>', 'why; kept with it');
}

export function addWho(command: Command): Command {
  return addBy(command).option('--request-id <text>', 'the same asked for twice under one id is done once');
}

export const byOf = ({ by, reason }: ByOptions): ByOptions => ({
  ...(by !== undefined && { by }),
  ...(reason !== undefined && { reason }),
});

export const whoOf = ({ requestId, ...rest }: WhoOptions): WhoOptions => ({
  ...byOf(rest),
  ...(requestId !== undefined && { requestId }),
});
