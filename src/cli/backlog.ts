// What becomes of what has gathered: an option of every `resume`.

import type { Option } from 'commander';
import { RESUME_BACKLOGS } from '../domain/operation';
import type { OperationResult } from '../domain/operation';
import { count } from './format';
import { choice } from './options';

export const BACKLOG_OPTION = (): Option =>
  choice(
    '--backlog <what>',
    'what has gathered is consumed by one run (together), by a run for each source run, or by none',
    RESUME_BACKLOGS,
  );

/** `rz:a → sz:a is suspended.`, or that it was so already. */
export function told(subject: string, now: string, { changed, skipped }: OperationResult): string {
  const what = changed ? `${subject} is ${now}.` : `${subject} was ${now} already.`;
  return skipped === undefined ? what : `${what} ${count(skipped, 'source run')} skipped.`;
}
