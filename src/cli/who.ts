// Who does what is done, and why: options of every command that changes something for others.

import type { Command } from 'commander';

export interface WhoOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly requestId?: string;
}

export function addWho(command: Command): Command {
  return command
    .option('--by <name>', 'who does it (default: the user of this shell)')
    .option('--reason <text>', 'why; kept with it')
    .option('--request-id <text>', 'the same asked for twice under one id is done once');
}

export const whoOf = ({ by, reason, requestId }: WhoOptions): WhoOptions => ({
  ...(by !== undefined && { by }),
  ...(reason !== undefined && { reason }),
  ...(requestId !== undefined && { requestId }),
});
