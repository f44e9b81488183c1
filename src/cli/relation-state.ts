// `dlc relation suspend|resume|terminate`: a relation over time.

import type { Command } from 'commander';
import type { ZoneDataFlowCoordinator } from '../client/coordinator';
import type { RelationRef } from '../client/operations';
import { SUSPEND_BACKLOGS } from '../domain/operation';
import type { OperationResult, ResumeBacklog, SuspendBacklog } from '../domain/operation';
import { BACKLOG_OPTION, told } from './backlog';
import { withTemporal } from './coordinator';
import { choice, JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';
import { addWho, whoOf } from './who';
import type { WhoOptions } from './who';

interface Options extends OutputOptions, WhoOptions {
  readonly backlog?: string;
}

type Change = (
  operations: ZoneDataFlowCoordinator['operations'],
  relation: RelationRef,
  options: Options,
) => Promise<OperationResult>;

export function addRelationStateCommands(relation: Command): void {
  add(relation, 'suspend', 'neither wait for the source nor consume it', 'suspended', (operations, ref, options) =>
    operations.suspendRelation(ref, {
      ...whoOf(options),
      ...(options.backlog && { backlog: options.backlog as SuspendBacklog }),
    }),
  ).addOption(
    choice('--backlog <what>', 'what the source leaves meanwhile is kept (default) or skipped', SUSPEND_BACKLOGS),
  );
  add(relation, 'resume', 'wait for the source again, and consume it', 'resumed', (operations, ref, options) =>
    operations.resumeRelation(ref, {
      ...whoOf(options),
      ...(options.backlog && { backlog: options.backlog as ResumeBacklog }),
    }),
  ).addOption(BACKLOG_OPTION());
  add(relation, 'terminate', 'end it for good; its history is kept', 'terminated', (operations, ref, options) =>
    operations.terminateRelation(ref, whoOf(options)),
  );
}

function add(relation: Command, name: string, description: string, now: string, change: Change): Command {
  const command = relation
    .command(name)
    .description(description)
    .argument('<source|relation-id>', "the source's key or id; or the relation's id, alone")
    .argument('[target]', "the target's key or id");
  return addWho(command)
    .option(...JSON_OPTION)
    .action(async (first: string, target: string | undefined, options: Options) => {
      const ref = target === undefined ? first : { source: first, target };
      const result = await withTemporal(({ operations }) => change(operations, ref, options));
      print(options, result, told(target === undefined ? `Relation ${first}` : `${first} → ${target}`, now, result));
    });
}
