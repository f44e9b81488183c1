// What a dataflow is, as options: of its registration, and of a change.

import type { Command } from 'commander';
import type { DataflowUpdate } from '../client/apply/update-dataflow';
import { definedOf } from '../domain/defined';
import type { JsonObject } from '../domain/json';
import { ON_ERROR, SLOT_ORDERS, TRIGGER_MODES } from '../domain/model';
import type { Dataflow, OnError, SlotOrder, TriggerMode } from '../domain/model';
import type { DataflowOptionsInput } from '../domain/registration';
import type { RuleInput } from '../domain/rule';
import { choice, choiceOrEmpty, jsonObject, orEmpty, positiveInteger, rule } from './options';
import { addPolicyOptions, policyChangeOf, policyOf } from './policy-options';
import type { PolicyOptions } from './policy-options';

export interface FieldOptions extends PolicyOptions {
  readonly trigger?: TriggerMode;
  readonly when?: 'all' | 'any' | Exclude<RuleInput, string>;
  readonly job?: JsonObject;
  readonly workflowType?: string;
  readonly taskQueue?: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly config?: JsonObject;
  readonly maxConcurrentRuns?: number;
  readonly slotOrder?: SlotOrder;
  readonly onError?: OnError;
}

/** `clearable`: an empty text is taken for each of them, to be read as its default. */
export function addFieldOptions(command: Command, clearable = false): Command {
  const may = clearable ? orEmpty : <T>(read: T): T => read;
  const one = clearable ? choiceOrEmpty : choice;
  return addPolicyOptions(
    command
      .addOption(one('--trigger <mode>', 'what starts it: somebody, or a finished source', TRIGGER_MODES))
      .option(
        '--when <rule>',
        'which of its sources must have something ready: all, any, or a nested rule as JSON, or @FILE',
        may(rule(['all', 'any'])),
      )
      .option(
        '--job <json>',
        'what does the work: {"type":"external"}, {"type":"activity","name":…} or {"type":"workflow","name":…}',
        may(jsonObject),
      )
      .option('--workflow-type <type>', 'the workflow that a trigger starts, where it is your own')
      .option('--task-queue <queue>', "where it runs, if not on the triggering worker's queue")
      .option('--display-name <text>', 'what people call it')
      .option('--description <text>', 'what it is for')
      .option('--config <json>', 'a JSON object that its jobs get, or @FILE', may(jsonObject))
      .option('--max-concurrent-runs <number>', 'runs at once, over all of its partitions', may(positiveInteger))
      .addOption(one('--slot-order <order>', 'which waiting partition gets the next place among them', SLOT_ORDERS))
      .addOption(
        one('--on-error <what>', 'what a failed run does with its sources: hold them, or release them', ON_ERROR),
      ),
    clearable,
  );
}

/** What was given. */
export const fieldsOf = (options: FieldOptions): DataflowOptionsInput => fieldsWith(options, policyOf(options));

/** What a change was given; an empty text stays one. */
export const fieldChangesOf = (options: FieldOptions): DataflowUpdate => fieldsWith(options, policyChangeOf(options));

function fieldsWith<Policy extends object>(options: FieldOptions, policy: Policy) {
  const { trigger: mode, when } = options;
  const trigger = { ...definedOf({ mode, when }), ...policy };
  const { job, workflowType, taskQueue, displayName, description, config } = options;
  const { maxConcurrentRuns, slotOrder, onError } = options;
  const own = definedOf({
    // Whether it is one, the coordinator says.
    job: job as Dataflow['job'] | undefined,
    workflowType,
    taskQueue,
    displayName,
    description,
    config,
    maxConcurrentRuns,
    slotOrder,
    onError,
  });
  return { ...own, ...(Object.keys(trigger).length > 0 && { trigger }) };
}
