// `dlc dataflow`: registers and shows dataflows.

import type { Command } from 'commander';
import type { ZoneDataFlowCoordinator } from '../client/coordinator';
import { InvalidArgumentError } from '../domain/errors';
import { parseKey } from '../domain/key';
import type { DataflowKey } from '../domain/key';
import type { Dataflow } from '../domain/model';
import { showRule } from '../domain/rule';
import { withCoordinator } from './coordinator';
import { addFieldOptions, fieldsOf } from './dataflow-fields';
import type { FieldOptions } from './dataflow-fields';
import { addDataflowStateCommands } from './dataflow-state';
import { addDataflowUpdateCommand } from './dataflow-update';
import { facts, table } from './format';
import { choice, JSON_OPTION } from './options';
import { print, tell } from './output';
import type { OutputOptions } from './output';
import { describePause, statusWord } from './pause';

interface CreateOptions extends OutputOptions, FieldOptions {
  readonly partitioned?: boolean;
  readonly ifExists?: 'error' | 'get';
}

export function addDataflowCommands(program: Command): void {
  const dataflow = program.command('dataflow').description('register, show, change, pause and retire dataflows');
  addDataflowStateCommands(dataflow);
  addDataflowUpdateCommand(dataflow, describe);
  const create = dataflow
    .command('create')
    .description('register a dataflow: by its parts, or by its key in one argument (rz:billing:acme)')
    .argument('<zone>', 'the zone, or the whole key')
    .argument('[model]', 'the model')
    .argument('[key]', "the model's key")
    .argument('[seckey]', "the model's second key")
    .option('--partitioned', 'one open run per partition, instead of one')
    .addOption(choice('--if-exists <what>', 'refuse a key that exists, or get it as it is', ['error', 'get']));
  addFieldOptions(create)
    .option(...JSON_OPTION)
    .action(createDataflow);
  dataflow
    .command('get')
    .description('show a dataflow')
    .argument('<dataflow>', 'its key or id')
    .option(...JSON_OPTION)
    .action(async (name: string, options: OutputOptions) => {
      const found = await withCoordinator((coordinator) => coordinator.getDataflow(name));
      print(options, found, describe(found));
    });
  dataflow
    .command('list')
    .description('list dataflows, in the order of their keys')
    .option('--zone <zone>', 'of this zone only')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions & { zone?: string }) => {
      const all = await withCoordinator((coordinator) => listAll(coordinator, options.zone));
      const rows = all.map((flow) => [
        flow.id,
        flow.key,
        statusWord(flow),
        flow.trigger.mode,
        showRule(flow.trigger.when),
        flow.job.type,
        flow.partitioned,
      ]);
      if (all.length === 0 && options.zone !== undefined && !options.json)
        tell(`No dataflow is in zone ${options.zone}.`);
      print(options, all, table(['id', 'key', 'status', 'trigger', 'when', 'job', 'partitioned'], rows));
    });
}

async function createDataflow(
  zone: string,
  model: string | undefined,
  key = '',
  secKey = '',
  options: CreateOptions,
): Promise<void> {
  const parts = model === undefined ? parseKey(zone) : partsOf(zone, model, key, secKey);
  const { partitioned, ifExists } = options;
  const fields = fieldsOf(options);
  const created = await withCoordinator(async (coordinator) => {
    const id = await coordinator.createDataflow(parts.zone, parts.modelName, parts.modelKey, parts.modelSecKey, {
      ...fields,
      partitioned,
      ifExists,
    });
    return coordinator.getDataflow(id);
  });
  print(options, created, describe(created));
}

// A zone may have a colon in it, but nobody's does: this is a key, and what belongs to it written apart.
function partsOf(zone: string, modelName: string, modelKey: string, modelSecKey: string): DataflowKey {
  if (!zone.includes(':')) return { zone, modelName, modelKey, modelSecKey };
  throw new InvalidArgumentError(
    `The zone ${zone} has a : in it. Write the whole key as one argument (rz:billing:acme), or each part as one (rz billing acme).`,
    { field: 'zone' },
  );
}

async function listAll(coordinator: ZoneDataFlowCoordinator, zone: string | undefined): Promise<Dataflow[]> {
  const PAGE = 1000;
  const all: Dataflow[] = [];
  for (;;) {
    const page = await coordinator.listDataflows({ zone, after: all.at(-1)?.key, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function describe(flow: Dataflow): string {
  return facts({
    key: flow.key,
    id: flow.id,
    name: flow.displayName,
    description: flow.description,
    status: statusWord(flow),
    paused: flow.pause && describePause(flow.pause),
    trigger: flow.trigger.mode,
    when: showRule(flow.trigger.when),
    job: flow.job.type === 'external' ? 'external' : `${flow.job.type} ${flow.job.name}`,
    partitioned: flow.partitioned ? 'yes' : 'no',
    debounce: flow.trigger.debounce,
    'max wait': flow.trigger.maxWait,
    'max sources': flow.trigger.maxSources,
    deadline: flow.trigger.deadline && `${flow.trigger.deadline.after}: ${flow.trigger.deadline.action}`,
    'start by': flow.trigger.startBy,
    'runs at once': flow.maxConcurrentRuns,
    'slot order': flow.slotOrder === 'ready' ? null : flow.slotOrder,
    'on error': flow.onError,
    'workflow type': flow.workflowType,
    'task queue': flow.taskQueue,
    config: flow.config && JSON.stringify(flow.config),
    created: flow.createdAt,
  });
}
