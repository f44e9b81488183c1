// `dlc run cancel`: ends an open run without a result.

import type { Command } from 'commander';
import { UnavailableError } from '../../domain/errors';
import type { Run } from '../../domain/model';
import { isOpen } from '../../domain/run-state';
import { withTemporal } from '../coordinator';
import { JSON_OPTION, seconds } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { addBy, byOf } from '../who';
import type { ByOptions } from '../who';

interface Options extends OutputOptions, ByOptions {
  readonly timeout?: number;
}

export function addCancelCommand(run: Command): void {
  addBy(run.command('cancel').description('cancel an open run').argument('<run-id>'))
    .option('--timeout <seconds>', 'how long to wait for its end (default: 10)', seconds)
    .option(...JSON_OPTION)
    .action(async (runId: string, options: Options) => {
      const { timeout } = options;
      const run = await withTemporal((coordinator) =>
        coordinator.cancelDataflowRun(runId, { ...byOf(options), timeoutMs: timeout }),
      );
      if (isOpen(run.state)) throw stillOpen(run);
      print(options, run, `Run ${run.runId} ended: ${run.state}.`);
    });
}

/** Its job may take long to stop. */
export const stillOpen = ({ runId, state }: Run): UnavailableError =>
  new UnavailableError(
    `Run ${runId} was told to stop, and is still ${state}. Check that a worker runs and that its job heartbeats; look again with dlc run get ${runId}.`,
    { runId, state },
  );
