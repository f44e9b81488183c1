// What stands around a rule, as options: of a dataflow, and of a single start.

import type { Command } from 'commander';
import { DEADLINE_ACTIONS } from '../domain/start/policy';
import type { DeadlineAction } from '../domain/start/policy';
import { choice, positiveInteger } from './options';

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

export function addWaitOptions(command: Command): Command {
  return command
    .option(
      '--max-sources <number>',
      'source runs that one run consumes at most; the rest is for the next',
      positiveInteger,
    )
    .option('--deadline <duration>', 'how long a run may wait, for example "6 hours"')
    .addOption(choice('--deadline-action <what>', 'what it does then (default: expire)', DEADLINE_ACTIONS))
    .option('--start-by <duration>', 'tell of a run that has waited so long, and let it wait on');
}

export function addPolicyOptions(command: Command): Command {
  return addWaitOptions(
    command
      .option('--debounce <duration>', 'start once no source run has come in for so long, for example "5 min"')
      .option('--max-wait <duration>', '… or once the first one is so old'),
  );
}

interface Policy {
  readonly maxSources?: number;
  readonly deadline?: { readonly after: string; readonly action: DeadlineAction | null };
  readonly startBy?: string;
  readonly debounce?: string;
  readonly maxWait?: string;
}

/** What was given. */
export function policyOf(options: PolicyOptions): Policy {
  const { maxSources, deadline, deadlineAction: action, startBy, debounce, maxWait } = options;
  return {
    ...(maxSources !== undefined && { maxSources }),
    ...(deadline !== undefined && { deadline: { after: deadline, action: action ?? null } }),
    ...(startBy !== undefined && { startBy }),
    ...(debounce !== undefined && { debounce }),
    ...(maxWait !== undefined && { maxWait }),
  };
}
