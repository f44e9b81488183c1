// `dlc run clear|accept|prioritize|heartbeat`: what an operator, or an external job, does to a run.

import type { Command } from 'commander';
import type { Run } from '../../domain/model';
import { FINISH_STATUSES, isOpen } from '../../domain/run-state';
import type { FinishStatus } from '../../domain/run-state';
import { withTemporal } from '../coordinator';
import { count } from '../format';
import { choice, JSON_OPTION, number, seconds } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';
import { addWho, whoOf } from '../who';
import type { WhoOptions } from '../who';
import { stillOpen } from './cancel';
import { addReportOptions, reportOf } from './report-options';
import type { ReportOptions } from './report-options';

type Options = OutputOptions & WhoOptions;

interface AcceptOptions extends Options, ReportOptions {
  readonly status: FinishStatus;
  readonly timeout?: number;
}

export function addRepairCommands(run: Command): void {
  addWho(
    run
      .command('clear')
      .description('cancel an open run, or take an orphaned one; its sources go back to the queue')
      .argument('<run-id>'),
  )
    .option(...JSON_OPTION)
    .action(async (runId: string, options: Options) => {
      const { cleared, consumed } = await withTemporal(async (coordinator) => {
        const cleared = await coordinator.operations.clearRun(runId, whoOf(options));
        const { dataflowQueueList } = await coordinator.getDataflowRun(runId);
        return { cleared, consumed: dataflowQueueList.length };
      });
      if (isOpen(cleared.state)) throw stillOpen(cleared);
      print(options, cleared, `Run ${runId} is cleared: it is ${cleared.state}. ${gaveBack(cleared, consumed)}`);
    });
  const accepting = run
    .command('accept')
    .description('let the end of an external run count that came after its lease had expired')
    .argument('<run-id>')
    .addOption(choice('--status <status>', 'how it ended', FINISH_STATUSES).default('success'));
  addWho(addReportOptions(accepting))
    .option('--timeout <seconds>', "how long to wait for a worker's answer (default: 30)", seconds)
    .option(...JSON_OPTION)
    .action(accept);
  addWho(
    run
      .command('prioritize')
      .description('let a waiting run go before others of its dataflow that wait for a place')
      .argument('<run-id>')
      .argument('<priority>', 'the highest goes first; 0 is the default', number),
  )
    .option(...JSON_OPTION)
    .action(async (runId: string, priority: number, options: Options) => {
      const result = await withTemporal(({ operations }) => operations.prioritizeRun(runId, priority, whoOf(options)));
      print(options, result, `Run ${runId} has priority ${String(priority)}.`);
    });
  run
    .command('heartbeat')
    .description('tell that the external job of a run is alive')
    .argument('<run-id>')
    .option(...JSON_OPTION)
    .action(async (runId: string, options: OutputOptions) => {
      await withTemporal((coordinator) => coordinator.heartbeatDataflowRun(runId));
      print(options, { runId }, `Run ${runId} is alive.`);
    });
}

const gaveBack = ({ dataflow }: Run, consumed: number): string =>
  consumed === 0
    ? 'It had consumed nothing, so nothing went back to the queue.'
    : `What it had consumed (${count(consumed, 'source run')}) went back to the queue, where a run that starts by itself may have taken it at once: see dlc ready ${dataflow}.`;

async function accept(runId: string, options: AcceptOptions): Promise<void> {
  const { status, timeout } = options;
  const finish = { status, ...reportOf(options) };
  const rest = { ...whoOf(options), ...(timeout !== undefined && { timeoutMs: timeout }) };
  const result = await withTemporal(({ operations }) => operations.acceptRun(runId, finish, rest));
  print(options, result, `Run ${runId} ended ${status} after all.`);
}
