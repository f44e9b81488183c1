// `dlc relation`: which dataflow consumes which.

import type { Command } from 'commander';
import type { Relation } from '../domain/model';
import { withCoordinator } from './coordinator';
import { table } from './format';
import { choice, commaList, JSON_OPTION } from './options';
import { addRelationStateCommands } from './relation-state';
import { print } from './output';
import type { OutputOptions } from './output';

interface CreateOptions extends OutputOptions {
  readonly partition?: string;
  readonly zoneOrder?: string[];
  readonly ifExists?: 'error' | 'get';
  readonly by?: string;
  readonly reason?: string;
}

export function addRelationCommands(program: Command): void {
  const relation = program.command('relation').description('say and show which dataflow consumes which');
  relation
    .command('create')
    .description('let a target wait for a source and consume its runs')
    .argument('<source>', 'its key or id')
    .argument('<target>', 'its key or id')
    .option(
      '--partition <mapping>',
      "how a source run's partition maps to the target's: same, all, none, hour->day, month->day, keep:date, …",
    )
    .option('--zone-order <zones>', 'zones from low to high (rz,sz,cz): a relation against it is refused', commaList)
    .option('--by <name>', 'who does it (default: the user of this shell)')
    .option('--reason <text>', 'why; kept with it')
    .addOption(choice('--if-exists <what>', 'refuse a relation that exists, or get it as it is', ['error', 'get']))
    .option(...JSON_OPTION)
    .action(create);
  addRelationStateCommands(relation);
  relation
    .command('list')
    .description('list all relations, terminated ones included')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions) => {
      const all = await withCoordinator((coordinator) => coordinator.listRelations());
      print(options, all, tableOf(all));
    });
}

async function create(source: string, target: string, options: CreateOptions): Promise<void> {
  const { partition, ifExists, zoneOrder = [], by, reason } = options;
  const created = await withCoordinator(
    async (coordinator) => {
      const id = await coordinator.associateSourceToTarget(source, target, { partition, ifExists, by, reason });
      return (await coordinator.listRelations()).filter((relation) => relation.id === id);
    },
    { zoneOrder },
  );
  print(options, created[0], tableOf(created));
}

function tableOf(relations: readonly Relation[]): string {
  const rows = relations.map((relation) => [
    relation.id,
    relation.sourceKey,
    relation.targetKey,
    relation.partition,
    relation.terminatedAt ? 'terminated' : relation.suspendedAt ? 'suspended' : 'active',
    relation.createdAt,
  ]);
  return table(['id', 'source', 'target', 'partition', 'status', 'created'], rows);
}
