// `dlc dataflow update`: changes some fields of a dataflow.

import type { Command } from 'commander';
import { InvalidArgumentError } from '../domain/errors';
import type { Dataflow } from '../domain/model';
import { FIELDS } from '../domain/plan/fields';
import { didYouMean } from '../domain/nearest';
import { withCoordinator } from './coordinator';
import { addFieldOptions, fieldChangesOf } from './dataflow-fields';
import type { FieldOptions } from './dataflow-fields';
import { commaList, JSON_OPTION } from './options';
import { print } from './output';
import type { OutputOptions } from './output';

interface Options extends OutputOptions, FieldOptions {
  readonly unset?: string[];
  readonly by?: string;
  readonly reason?: string;
}

/** A person waits. */
const TEMPORAL_TIMEOUT_MS = 5_000;

export function addDataflowUpdateCommand(dataflow: Command, describe: (flow: Dataflow) => string): void {
  const update = dataflow
    .command('update')
    .description(
      "change the given fields of a dataflow; what isn't given stays, and an empty text gives a field its default again; " +
        'runs that wait keep the rule that they opened with',
    )
    .argument('<dataflow>', 'its key or id');
  addFieldOptions(update, true)
    .option('--unset <fields>', 'give these their defaults again: trigger.debounce,description,…', commaList)
    .option('--by <name>', 'who does it (default: the user of this shell)')
    .option('--reason <text>', 'why; kept with it')
    .option(...JSON_OPTION)
    .action(async (name: string, options: Options) => {
      const { by, reason, unset = [] } = options;
      const given = fieldChangesOf(options);
      const fields = { ...unsetFields(unset, given), ...withoutEmpty(given) };
      const trigger = { ...triggerOf(unset), ...withoutEmpty(given.trigger ?? {}) };
      const changed = await withCoordinator((coordinator) =>
        coordinator.updateDataflow(
          name,
          { ...fields, ...(Object.keys(trigger).length > 0 && { trigger }) },
          { by, reason, timeoutMs: TEMPORAL_TIMEOUT_MS },
        ),
      );
      print(options, changed, describe(changed));
    });
}

/** Null gives a field its default again. */
const withoutEmpty = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).map(([field, value]) => [field, value === '' ? null : value])) as T;

const KNOWN = Object.keys(FIELDS).filter((field) => field !== 'partitioned');

function unsetFields(unset: readonly string[], given: object): Record<string, null> {
  const unknown = unset.find((field) => !KNOWN.includes(field));
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, KNOWN) || ` There are: ${KNOWN.join(', ')}.`;
    throw new InvalidArgumentError(`There is no field ${unknown} to unset.${meant}`, { field: 'unset' });
  }
  const twice = unset.find((field) => field in given);
  if (twice !== undefined) {
    throw new InvalidArgumentError(`${twice} is given and unset at once. Leave one out.`, { field: 'unset' });
  }
  return Object.fromEntries(unset.filter((field) => !field.includes('.')).map((field) => [field, null]));
}

function triggerOf(unset: readonly string[]): Record<string, null> {
  const inside = unset.filter((field) => field.startsWith('trigger.'));
  return Object.fromEntries(inside.map((field) => [field.slice('trigger.'.length), null]));
}
