// What the SDK logs, as one line each: a terminal isn't the place for its stack traces and task tokens. What a workflow answers by
// failing, such as a start that is refused, is no trouble, and not told at all.

import { errorFromCode } from '../../domain/errors';

export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
}

const MAX_LENGTH = 400;

/** Undefined: nobody needs to read it. */
export function logLine({ level, message, meta = {} }: LogEntry): string | undefined {
  const error = meta['error'];
  if (message === 'Workflow failed' && isAnswer(error)) return undefined;
  const { workflowId } = meta;
  const of = typeof workflowId === 'string' ? ` (${workflowId})` : '';
  const why = error instanceof Error && !message.includes(error.message) ? `: ${error.message}` : '';
  return `${level}: ${short(`${message}${why}`)}${of}`;
}

/** A failure's type is the code of one of our errors. */
function isAnswer(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type } = cause as { readonly type?: unknown };
    if (typeof type === 'string' && type !== 'UNAVAILABLE' && errorFromCode(type, '')) return true;
  }
  return false;
}

function short(text: string): string {
  const [line = ''] = text.replace(/, available activities: .*/s, '').split('\n');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
