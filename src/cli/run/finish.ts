// `dlc run finish`: ends an external run and hands what it wrote to its targets.

import type { Command } from 'commander';
import { FINISH_STATUSES } from '../../domain/run-state';
import type { FinishStatus } from '../../domain/run-state';
import { withTemporal } from '../coordinator';
import { choice, JSON_OPTION, seconds } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { addReportOptions, reportOf } from './report-options';
import type { ReportOptions } from './report-options';

interface Options extends OutputOptions, ReportOptions {
  readonly status: FinishStatus;
  readonly requestId?: string;
  readonly timeout?: number;
}

export function addFinishCommand(run: Command): void {
  const command = run
    .command('finish')
    .description('end a run whose job is external; the same finish twice is fine')
    .argument('<run-id>')
    .addOption(choice('--status <status>', 'how it ended', FINISH_STATUSES).makeOptionMandatory());
  addReportOptions(command)
    .option('--request-id <text>', 'the same finish sent twice under one id is one, whatever else is in it')
    .option('--timeout <seconds>', "how long to wait for a worker's answer (default: 30)", seconds)
    .option(...JSON_OPTION)
    .action(finish);
}

async function finish(runId: string, options: Options): Promise<void> {
  const info = await withTemporal((coordinator) =>
    coordinator.finishDataflowRun(options.status, runId, {
      ...reportOf(options),
      requestId: options.requestId,
      ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    }),
  );
  print(options, info, `Run ${info.runId} ended: ${info.state}.`);
}
