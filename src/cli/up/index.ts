// `dlc up`: one command for all that is needed on this machine, until Ctrl-C.

import type { Command } from 'commander';
import { InterruptedError } from '../exit-status';
import { JSON_OPTION, port } from '../options';
import { print, tell } from '../output';
import { listenForStop } from '../stop-signal';
import { checkPorts } from './options';
import type { UpOptions } from './options';

const DEFAULT_FOLDER = '.dlc';

export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start MySQL, Temporal with its UI, and a worker on this machine, until Ctrl-C')
    .option('--data <dir>', `keep the data in this folder (default: ${DEFAULT_FOLDER} in the current one)`)
    .option('--ephemeral', 'keep no data')
    .option('--no-worker', 'start no worker')
    .option('--namespace <name>', 'Temporal namespace (default: TEMPORAL_NAMESPACE, or default)')
    .option('--task-queue <queue>', 'task queue of the worker (default: DLC_TASK_QUEUE, or dlc)')
    .option('--temporal-port <port>', 'gRPC; 0 means any free one, for each of the four (default)', port)
    .option('--temporal-http-port <port>', "Temporal's HTTP API", port)
    .option('--temporal-ui-port <port>', "Temporal's UI", port)
    .option('--mysql-port <port>', 'MySQL', port)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `
A server that DLC_MYSQL_URL or TEMPORAL_ADDRESS names is used as it is, and left alone at the end. With --json, one line on
stdout tells the addresses, once everything is ready; progress goes to stderr.`,
    )
    .action(up);
}

async function up(options: UpOptions, command: Command): Promise<void> {
  if (options.ephemeral && options.data !== undefined) {
    command.error("error: options '--ephemeral' and '--data <dir>' can't go together");
  }
  checkPorts(options);
  const folder = options.ephemeral ? undefined : (options.data ?? DEFAULT_FOLDER);
  const stop = listenForStop();
  const started: { machine?: { kill(): void } } = {};
  // Before anything that may take long, such as a folder on a disk far away.
  void stop.forced.then(() => {
    started.machine?.kill();
    process.exit(1);
  });
  const [{ openData }, { Machine }] = await Promise.all([import('./data.js'), import('./machine.js')]);
  const machine = new Machine(options, await openData(folder), tell);
  started.machine = machine;
  try {
    const [addresses, { describe }] = await Promise.all([machine.start(stop.signal), import('./addresses.js')]);
    if (!options.json) tell('');
    print(options, addresses, describe(addresses, { data: folder, worker: options.worker }));
    await Promise.race([stop.asked, machine.failed]);
  } catch (error) {
    if (stop.signal.aborted) throw new InterruptedError();
    tell('Stopping, since not everything runs.');
    throw error;
  } finally {
    await machine.stop();
    tell('All that dlc up had started has stopped.');
  }
}
