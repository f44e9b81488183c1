// What stands around a rule, as options: of a dataflow, and of a single start.

import type { Command } from 'commander';
import { InvalidArgumentError } from '../domain/errors';
import { DEADLINE_ACTIONS } from '../domain/start/policy';
import type { DeadlineAction } from '../domain/start/policy';
import { choice, choiceOrEmpty, orEmpty, positiveInteger } from './options';

export interface WaitOptions {
  readonly maxSources?: number;
  readonly deadline?: string;
  readonly deadlineAction?: DeadlineAction | '';
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
    .addOption(
      (clearable ? choiceOrEmpty : choice)(
        '--deadline-action <what>',
        'what it does then (default: expire)',
        DEADLINE_ACTIONS,
      ),
    )
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

export type DeadlineOptions = Pick<WaitOptions, 'deadline' | 'deadlineAction'>;

interface DeadlineInput {
  readonly after: string;
  readonly action?: DeadlineAction | null;
}

/** As it was given; an empty text stays one. @throws InvalidArgumentError for an action alone, which would be ignored. */
export function deadlineOf({
  deadline: after,
  deadlineAction: action,
}: DeadlineOptions): DeadlineInput | '' | undefined {
  if (after) return { after, ...(action !== undefined && { action: action || null }) };
  if (action === undefined) return after === '' ? after : undefined;
  throw new InvalidArgumentError(
    '--deadline-action says what a run does when its deadline is over: give --deadline too.',
    {
      field: 'deadline.action',
    },
  );
}

/** Of a change: there may be a deadline whose action alone it is about. @throws InvalidArgumentError for one that is taken out. */
export function deadlineChangeOf(options: DeadlineOptions): Partial<DeadlineInput> | '' | undefined {
  const { deadline, deadlineAction: action } = options;
  return deadline === undefined && action !== undefined ? { action: action || null } : deadlineOf(options);
}

interface Policy<Deadline> {
  readonly maxSources?: number;
  readonly deadline?: Deadline;
  readonly startBy?: string;
  readonly debounce?: string;
  readonly maxWait?: string;
}

/** What was given. */
export const policyOf = (options: PolicyOptions): Policy<ReturnType<typeof deadlineOf>> =>
  policyWith(options, deadlineOf(options));

/** What a change was given. */
export const policyChangeOf = (options: PolicyOptions): Policy<ReturnType<typeof deadlineChangeOf>> =>
  policyWith(options, deadlineChangeOf(options));

function policyWith<Deadline>(options: PolicyOptions, deadline: Deadline | undefined): Policy<Deadline> {
  const { maxSources, startBy, debounce, maxWait } = options;
  return {
    ...(maxSources !== undefined && { maxSources }),
    ...(deadline !== undefined && { deadline }),
    ...(startBy !== undefined && { startBy }),
    ...(debounce !== undefined && { debounce }),
    ...(maxWait !== undefined && { maxWait }),
  };
}
