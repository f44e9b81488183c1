// What stands around a rule, as options: of a dataflow, and of a single start.

import type { Command } from 'commander';
import { InvalidArgumentError } from '../domain/errors';
import { DEADLINE_ACTIONS } from '../domain/start/policy';
import type { DeadlineAction } from '../domain/start/policy';
import { choice, orEmpty, positiveInteger } from './options';

export interface WaitOptions {
  readonly maxSources?: number;
  readonly deadline?: string;
  readonly deadlineAction?: DeadlineAction;
  readonly startBy?: string;
}

export interface PolicyOptions extends WaitOptions {
  readonly debounce?: string;
  readonly maxWait?: string;
}

export function addWaitOptions(command: Command, clearable = false): Command {
  return command
    .option(
      '--max-sources <number>',
      'source runs that one run consumes at most; the rest is for the next',
      clearable ? orEmpty(positiveInteger) : positiveInteger,
    )
    .option('--deadline <duration>', 'how long a run may wait, for example "6 hours"')
    .addOption(choice('--deadline-action <what>', 'what it does then (default: expire)', DEADLINE_ACTIONS))
    .option('--start-by <duration>', 'tell of a run that has waited so long, and let it wait on');
}

export function addPolicyOptions(command: Command, clearable = false): Command {
  return addWaitOptions(
    command
      .option('--debounce <duration>', 'start once no source run has come in for so long, for example "5 min"')
      .option('--max-wait <duration>', '… or once the first one is so old'),
    clearable,
  );
}

type DeadlineInput = string | { readonly after: string; readonly action: DeadlineAction | null };

/** As it was given; an empty text stays one. @throws InvalidArgumentError for an action alone, which would be ignored. */
export function deadlineOf({
  deadline: after,
  deadlineAction: action,
}: Pick<WaitOptions, 'deadline' | 'deadlineAction'>): DeadlineInput | undefined {
  if (after !== undefined && after !== '') return { after, action: action ?? null };
  if (action === undefined) return after;
  throw new InvalidArgumentError(
    '--deadline-action says what a run does when its deadline is over: give --deadline too.',
    {
      field: 'deadline.action',
    },
  );
}

interface Policy {
  readonly maxSources?: number;
  readonly deadline?: DeadlineInput;
  readonly startBy?: string;
  readonly debounce?: string;
  readonly maxWait?: string;
}

/** What was given. */
export function policyOf(options: PolicyOptions): Policy {
  const { maxSources, startBy, debounce, maxWait } = options;
  const deadline = deadlineOf(options);
  return {
    ...(maxSources !== undefined && { maxSources }),
    ...(deadline !== undefined && { deadline }),
    ...(startBy !== undefined && { startBy }),
    ...(debounce !== undefined && { debounce }),
    ...(maxWait !== undefined && { maxWait }),
  };
}
