// `dlc dataflow pause|resume|disable|enable|retire` and `dlc zone pause|resume`: what may start.

import type { Command } from 'commander';
import type { ZoneDataFlowCoordinator } from '../client/coordinator';
import type { OperationResult, ResumeBacklog } from '../domain/operation';
import { BACKLOG_OPTION, told } from './backlog';
import { withTemporal } from './coordinator';
import { JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';
import { addWho, whoOf } from './who';
import type { WhoOptions } from './who';

type Options = OutputOptions & WhoOptions & { readonly backlog?: ResumeBacklog };
type Operations = ZoneDataFlowCoordinator['operations'];
type Change = (operations: Operations, subject: string, options: Options) => Promise<OperationResult>;

export function addDataflowStateCommands(dataflow: Command): void {
  const add = adder(dataflow, '<dataflow>', 'its key or id');
  add(
    'pause',
    'start nothing of it until it is resumed; what its sources leave gathers',
    'paused',
    (operations, key, options) => operations.pauseDataflow(key, options),
  );
  add('resume', 'let it start again', 'resumed', (operations, key, options) => operations.resumeDataflow(key, options));
  add(
    'disable',
    'refuse its starts and cancel its waiting runs; those that have started go on',
    'disabled',
    (operations, key, options) => operations.disableDataflow(key, options),
  );
  add('enable', 'take that back', 'enabled', (operations, key, options) => operations.enableDataflow(key, options));
  add('retire', 'disable it for good, and terminate its relations', 'retired', (operations, key, options) =>
    operations.retireDataflow(key, options),
  );
}

export function addZoneStateCommands(zone: Command): void {
  const add = adder(zone, '<zone>', 'for example rz');
  add('pause', 'start nothing of its dataflows until it is resumed', 'paused', (operations, zone, options) =>
    operations.pauseZone(zone, options),
  );
  add('resume', 'let them start again', 'resumed', (operations, zone, options) => operations.resumeZone(zone, options));
}

function adder(parent: Command, argument: string, about: string) {
  return (name: string, description: string, now: string, change: Change): void => {
    const command = parent.command(name).description(description).argument(argument, about);
    if (name === 'resume') command.addOption(BACKLOG_OPTION());
    addWho(command)
      .option(...JSON_OPTION)
      .action(async (subject: string, options: Options) => {
        const { backlog } = options;
        const result = await withTemporal(({ operations }) =>
          change(operations, subject, { ...whoOf(options), ...(backlog && { backlog }) }),
        );
        print(options, result, told(subject, now, result));
      });
  };
}
