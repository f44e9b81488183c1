// What becomes of what has gathered: an option of every `resume`.

import type { Option } from 'commander';
import { RESUME_BACKLOGS } from '../domain/operation';
import type { OperationResult } from '../domain/operation';
import { count } from './format';
import { choice } from './options';

export const BACKLOG_OPTION = (): Option =>
  choice(
    '--backlog <what>',
    'what has gathered is consumed by one run (together), by a run for each source run, or by none (default: as an earlier resume chose while something else still paused, else together)',
    RESUME_BACKLOGS,
  );

/** `rz:a → sz:a is suspended.`, or that it was so already; and what of it doesn't go on yet. */
export function told(subject: string, now: string, result: OperationResult): string {
  const { changed, skipped, chosenBefore, stillPaused = [] } = result;
  return [
    changed ? `${subject} is ${now}.` : `${subject} was ${now} already.`,
    ...(skipped === undefined ? [] : [`${count(skipped, 'source run')} skipped.`]),
    ...(chosenBefore === undefined ? [] : ['What has gathered is consumed one by one, as an earlier resume chose.']),
    ...(stillPaused.length === 0 ? [] : [pausedStill(stillPaused, result)]),
  ].join(' ');
}

/** Longest list of them. */
const MAX_NAMED = 5;

function pausedStill(names: readonly string[], { changed, backlog }: OperationResult): string {
  const named = names.slice(0, MAX_NAMED).map((name) => (name.startsWith('zone ') ? `its ${name}` : name));
  const all = names.length > MAX_NAMED ? [...named, `${String(names.length - MAX_NAMED)} more`] : named;
  const still = `Still paused: ${all.join(', ')}.`;
  if (!changed || backlog === undefined || backlog === 'skip') return still;
  return `${still} That what has gathered is consumed ${backlog} is kept for when it is resumed.`;
}
