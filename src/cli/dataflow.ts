// `dlc dataflow`: registers and shows dataflows.

import type { Command } from 'commander';
import type { ZoneDataFlowCoordinator } from '../client/coordinator';
import { InvalidArgumentError } from '../domain/errors';
import type { JsonObject } from '../domain/json';
import { parseKey } from '../domain/key';
import type { DataflowKey } from '../domain/key';
import { ON_ERROR, SLOT_ORDERS, TRIGGER_MODES } from '../domain/model';
import type { Dataflow, OnError, SlotOrder, TriggerMode } from '../domain/model';
import { showRule } from '../domain/rule';
import type { RuleInput } from '../domain/rule';
import { withCoordinator } from './coordinator';
import { addDataflowStateCommands } from './dataflow-state';
import { facts, table } from './format';
import { choice, jsonObject, JSON_OPTION, positiveInteger, rule } from './options';
import { addPolicyOptions, policyOf } from './policy-options';
import type { PolicyOptions } from './policy-options';
import { print } from './output';
import type { OutputOptions } from './output';

interface CreateOptions extends OutputOptions, PolicyOptions {
  readonly trigger?: TriggerMode;
  readonly when?: 'all' | 'any' | Exclude<RuleInput, string>;
  readonly job?: JsonObject;
  readonly partitioned?: boolean;
  readonly workflowType?: string;
  readonly taskQueue?: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly config?: JsonObject;
  readonly maxConcurrentRuns?: number;
  readonly slotOrder?: SlotOrder;
  readonly onError?: OnError;
  readonly ifExists?: 'error' | 'get';
}

export function addDataflowCommands(program: Command): void {
  const dataflow = program.command('dataflow').description('register, show, pause and retire dataflows');
  addDataflowStateCommands(dataflow);
  const create = dataflow
    .command('create')
    .description('register a dataflow: by its parts, or by its key in one argument (rz:billing:acme)')
    .argument('<zone>', 'the zone, or the whole key')
    .argument('[model]', 'the model')
    .argument('[key]', "the model's key")
    .argument('[seckey]', "the model's second key")
    .addOption(choice('--trigger <mode>', 'what starts it: somebody, or a finished source', TRIGGER_MODES))
    .option(
      '--when <rule>',
      'which of its sources must have something ready: all, any, or a nested rule as JSON, or @FILE',
      rule(['all', 'any']),
    )
    .option(
      '--job <json>',
      'what does the work: {"type":"external"}, {"type":"activity","name":…} or {"type":"workflow","name":…}',
      jsonObject,
    )
    .option('--partitioned', 'one open run per partition, instead of one')
    .option('--workflow-type <type>', 'the workflow that a trigger starts, where it is your own')
    .option('--task-queue <queue>', "where it runs, if not on the triggering worker's queue")
    .option('--display-name <text>', 'what people call it')
    .option('--description <text>', 'what it is for')
    .option('--config <json>', 'a JSON object that its jobs get, or @FILE', jsonObject)
    .option('--max-concurrent-runs <number>', 'runs at once, over all of its partitions', positiveInteger)
    .addOption(choice('--slot-order <order>', 'which waiting partition gets the next place among them', SLOT_ORDERS))
    .addOption(
      choice('--on-error <what>', 'what a failed run does with its sources: hold them, or release them', ON_ERROR),
    )
    .addOption(choice('--if-exists <what>', 'refuse a key that exists, or get it as it is', ['error', 'get']));
  addPolicyOptions(create)
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
        flow.status,
        flow.trigger.mode,
        showRule(flow.trigger.when),
        flow.job.type,
        flow.partitioned,
      ]);
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
  const { json: _, trigger: mode, when, job, ...given } = options;
  const { maxSources, deadline, deadlineAction, startBy, debounce, maxWait, ...rest } = given;
  const policy = policyOf({ maxSources, deadline, deadlineAction, startBy, debounce, maxWait } as PolicyOptions);
  const created = await withCoordinator(async (coordinator) => {
    const id = await coordinator.createDataflow(parts.zone, parts.modelName, parts.modelKey, parts.modelSecKey, {
      ...rest,
      trigger: { mode, when, ...policy },
      // Whether it is one, the coordinator says.
      job: job as Dataflow['job'] | undefined,
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
    status: flow.status,
    trigger: flow.trigger.mode,
    when: showRule(flow.trigger.when),
    job: flow.job.type === 'external' ? 'external' : `${flow.job.type} ${flow.job.name}`,
    partitioned: flow.partitioned ? 'yes' : 'no',
    paused: flow.pause && `since ${flow.pause.since.toISOString()} by ${flow.pause.by}`,
    debounce: flow.trigger.debounce,
    'max wait': flow.trigger.maxWait,
    'max sources': flow.trigger.maxSources,
    deadline: flow.trigger.deadline && `${flow.trigger.deadline.after}: ${flow.trigger.deadline.action}`,
    'start by': flow.trigger.startBy,
    'runs at once': flow.maxConcurrentRuns,
    'on error': flow.onError,
    'workflow type': flow.workflowType,
    'task queue': flow.taskQueue,
    config: flow.config && JSON.stringify(flow.config),
    created: flow.createdAt,
  });
}
