// What registers a dataflow or a relation.

import { z } from 'zod';
import { checkMapping, defaultMapping, parseMapping } from './partition';
import type { PartitionMapping } from './partition';
import { flag, jsonObject, oneOf, optional, parseInput, refusedBy, text } from './parse';
import { ruleOr } from './rule';
import { jobSchema, taskQueue } from './job';
import { checkLease } from './lease';
import { ON_ERROR, SLOT_ORDERS, TRIGGER_MODES } from './model';
import { checkPolicy, NO_POLICY, policyFields, wholeNumber } from './start/policy';
import { InvalidArgumentError } from './errors';

const triggerSchema = z.object(
  {
    mode: oneOf('trigger.mode', TRIGGER_MODES)
      .nullish()
      .transform((mode) => mode ?? ('manual' as const)),
    /** `all` (default) or `any` of its sources, or a nested rule. */
    when: ruleOr('trigger.when', ['all', 'any'])
      .nullish()
      .transform((when) => when ?? ('all' as const)),
    ...policyFields('trigger.'),
  },
  "trigger must be an object such as { mode: 'auto', when: 'all' }.",
);

/** What is known of a dataflow beside its key. */
export const dataflowFields = {
  trigger: triggerSchema
    .nullish()
    .transform((trigger) => trigger ?? { mode: 'manual' as const, when: 'all' as const, ...NO_POLICY }),
  job: jobSchema.nullish().transform((job) => job ?? { type: 'external' as const, heartbeatTimeout: null }),
  /** True: one open run per partition instead of one per dataflow. Default false. */
  partitioned: flag('partitioned')
    .nullish()
    .transform((partitioned) => partitioned ?? false),
  /** Runs at once, over all partitions. Default: one a partition. */
  maxConcurrentRuns: optional(wholeNumber('maxConcurrentRuns', 1)),
  /** Which waiting partition gets the next place among them. Default: the one that was ready first. */
  slotOrder: oneOf('slotOrder', SLOT_ORDERS)
    .nullish()
    .transform((order) => order ?? ('ready' as const)),
  /** `hold` (default): a failed run keeps what it claimed until it is retried. `release`: it goes back to the queue. */
  onError: oneOf('onError', ON_ERROR)
    .nullish()
    .transform((onError) => onError ?? ('hold' as const)),
  /** The workflow type that a trigger starts. Default: the built-in `dataflowRun`. */
  workflowType: optional(text('workflowType', 255)),
  taskQueue: optional(taskQueue('taskQueue')),
  displayName: optional(text('displayName', 255)),
  description: optional(text('description', 4096)),
  config: optional(jsonObject('config')),
};

export const dataflowOptionsSchema = z.object(
  {
    ...dataflowFields,
    /** `error` (default): a key that exists is refused. `get`: its id is returned, nothing is changed. */
    ifExists: oneOf('ifExists', ['error', 'get'])
      .nullish()
      .transform((ifExists) => ifExists ?? ('error' as const)),
  },
  'The options of a dataflow must be an object.',
);

export type DataflowOptionsInput = z.input<typeof dataflowOptionsSchema>;
export type DataflowOptions = z.output<typeof dataflowOptionsSchema>;
/** What is kept of them. */
export type RegisteredOptions = Omit<DataflowOptions, 'ifExists'>;

/** @throws InvalidArgumentError */
export function parseDataflowOptions(value: unknown): DataflowOptions {
  const options = parseInput(dataflowOptionsSchema, value ?? {}, 'The dataflow');
  checkTogether(options);
  return options;
}

/** What no field says by itself. @throws InvalidArgumentError for fields that contradict each other. */
export function checkTogether(options: RegisteredOptions): void {
  checkPolicy(options.trigger, 'trigger.');
  checkLease(options);
  if (options.maxConcurrentRuns === null || options.partitioned) return;
  throw new InvalidArgumentError(
    'maxConcurrentRuns is for a dataflow that runs per partition (partitioned: true); any other runs once at a time.',
    { field: 'maxConcurrentRuns' },
  );
}

const mapping = z.string('partition must be text.').transform(refusedBy((text: string) => parseMapping(text)));

/** What is known of a relation beside its ends. */
export const relationFields = {
  /** How a source run's partition maps to the target's slot. Default: `same` for a partitioned target, else `all`. */
  partition: optional(mapping),
};

export const relationOptionsSchema = z.object(
  {
    ...relationFields,
    /** `error` (default): a relation that exists is refused. `get`: its id is returned, nothing is changed. */
    ifExists: oneOf('ifExists', ['error', 'get'])
      .nullish()
      .transform((ifExists) => ifExists ?? ('error' as const)),
    /** Who relates the two, and why; kept with it. `by`: the one that the coordinator was connected with, if left out. */
    by: optional(text('by', 255)),
    reason: optional(text('reason', 4096)),
  },
  'The options of a relation must be an object.',
);

export type RelationOptionsInput = z.input<typeof relationOptionsSchema>;
export type RelationOptions = z.output<typeof relationOptionsSchema>;

/** @throws InvalidArgumentError */
export function parseRelationOptions(value: unknown): RelationOptions {
  return parseInput(relationOptionsSchema, value ?? {}, 'The relation');
}

/** The mapping of a new relation. @throws InvalidArgumentError when it doesn't suit the target. */
export function relationMapping(
  options: Pick<RelationOptions, 'partition'>,
  targetPartitioned: boolean,
): PartitionMapping {
  const mapping = options.partition ?? defaultMapping(targetPartitioned);
  checkMapping(mapping, targetPartitioned);
  return mapping;
}
