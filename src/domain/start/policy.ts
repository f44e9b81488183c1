// What stands around a rule: how long a slot gathers, how much one run takes, and what happens to a run that waits too long.

import { z } from 'zod';
import { parseDuration } from '../duration';
import { InvalidArgumentError } from '../errors';
import { oneOf, optional, refusedBy } from '../parse';

/** What a run that has waited too long does: it ends `expired`, or starts with what is there. */
export const DEADLINE_ACTIONS = ['expire', 'start'] as const;
export type DeadlineAction = (typeof DEADLINE_ACTIONS)[number];

export interface Deadline {
  /** Since the run opened, as written: `6 hours`. */
  readonly after: string;
  readonly action: DeadlineAction;
}

/** Lengths of time are kept as written (`5 min`). */
export interface StartPolicy {
  /** A triggered run starts once no source run has come in for this long. */
  readonly debounce: string | null;
  /** … or once the first one is this old. */
  readonly maxWait: string | null;
  /** Source runs that one run claims at most; the rest is for the next run, at once. */
  readonly maxSources: number | null;
  readonly deadline: Deadline | null;
  /** A run that hasn't started by then, since it opened, is told of (run event `late`), and waits on. */
  readonly startBy: string | null;
}

export const NO_POLICY: StartPolicy = {
  debounce: null,
  maxWait: null,
  maxSources: null,
  deadline: null,
  startBy: null,
};

/** A length of time, kept as written. */
export const durationText = (field: string) =>
  z.string(`${field} must be a length of time such as '24 hours' or '90 min'.`).transform(
    refusedBy((text: string) => {
      parseDuration(text, field);
      return text;
    }, field),
  );

export const wholeNumber = (field: string, min: number, max = 1_000_000) => {
  const message = `${field} must be a whole number from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}.`;
  return z.number(message).int(message).min(min, message).max(max, message);
};

const deadlineField = (field: string) =>
  z
    .union(
      [
        z.string().transform((after) => ({ after, action: null })),
        z.object({
          after: z.string(`${field}.after must be a length of time such as '6 hours'.`),
          action: optional(oneOf(`${field}.action`, DEADLINE_ACTIONS)),
        }),
      ],
      `${field} must be a length of time, or { after: '6 hours', action: 'expire' or 'start' }.`,
    )
    .transform(
      refusedBy(({ after, action }: { after: string; action: DeadlineAction | null }): Deadline => {
        parseDuration(after, `${field}.after`);
        return { after, action: action ?? 'expire' };
      }, field),
    );

/** The fields, under the name of what holds them: `trigger.debounce`. */
export const policyFields = (prefix: string) => ({
  debounce: optional(durationText(`${prefix}debounce`)),
  maxWait: optional(durationText(`${prefix}maxWait`)),
  maxSources: optional(wholeNumber(`${prefix}maxSources`, 1)),
  deadline: optional(deadlineField(`${prefix}deadline`)),
  startBy: optional(durationText(`${prefix}startBy`)),
});

/** @throws InvalidArgumentError for fields that contradict each other. */
export function checkPolicy({ debounce, maxWait }: StartPolicy, prefix: string): void {
  if (maxWait === null) return;
  const field = `${prefix}maxWait`;
  if (debounce === null) {
    throw new InvalidArgumentError(`${field} ends what ${prefix}debounce delays: give both, or none.`, { field });
  }
  if (parseDuration(maxWait, field) < parseDuration(debounce, `${prefix}debounce`)) {
    throw new InvalidArgumentError(`${field} (${maxWait}) must not be less than ${prefix}debounce (${debounce}).`, {
      field,
    });
  }
}

/** A policy's fields alone, of a value that may have others: a trigger has a mode and a rule besides. */
export function pickPolicy({ debounce, maxWait, maxSources, deadline, startBy }: Partial<StartPolicy>): StartPolicy {
  return {
    debounce: debounce ?? null,
    maxWait: maxWait ?? null,
    maxSources: maxSources ?? null,
    deadline: deadline ?? null,
    startBy: startBy ?? null,
  };
}

/** What a run waits by: the dataflow's, with what its start brings itself. */
export function mergePolicy(own: StartPolicy, start: Partial<StartPolicy>): StartPolicy {
  const given = Object.entries(start).filter(([, value]) => value !== null && value !== undefined);
  return pickPolicy({ ...own, ...(Object.fromEntries(given) as Partial<StartPolicy>) });
}

/** Only what is set; null where nothing is. */
export function compactPolicy(policy: StartPolicy): Partial<StartPolicy> | null {
  const given = Object.entries(policy).filter(([, value]) => value !== null);
  return given.length > 0 ? Object.fromEntries(given) : null;
}

/** Whether the answer depends on what time it is. */
export function asksForTime({ debounce, deadline, startBy }: StartPolicy): boolean {
  return debounce !== null || deadline !== null || startBy !== null;
}
