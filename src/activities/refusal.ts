// Why a start that doesn't wait is refused.

import { AlreadyActiveError, DataflowDisabledError } from '../domain/errors';
import type { DlcError } from '../domain/errors';
import type { Dataflow } from '../domain/model';
import { dependencyNotReady } from '../domain/rule';
import { causeOf } from '../domain/same-start';
import type { AskedStart } from '../domain/same-start';
import { explainPause } from '../domain/start';
import type { QueueDecision } from '../store';

export type Refused = Extract<QueueDecision, { kind: 'wait' }>;

/** `asked`: a rerun can't be told to wait, and a start wouldn't do instead: it waits for what the run that failed holds. */
export function refusal(
  { key }: Dataflow,
  { reason, explanation }: Refused,
  asked: Pick<AskedStart, 'rerunOf' | 'cause'>,
): DlcError {
  const cause = causeOf(asked);
  const again = cause && `${cause} run ${String(asked.rerunOf)}`;
  switch (reason.for) {
    case 'pause':
      return new DataflowDisabledError(
        `${key} can't start: ${explainPause(reason)}. Resume it first, ` +
          (again ? `then ${again}.` : 'or start it with wait: true to wait for that.'),
        { dataflow: key, status: 'paused', scope: reason.scope, name: reason.name },
      );
    case 'place':
      return new AlreadyActiveError(
        `${key} has as many runs at once as it may (maxConcurrentRuns: ${String(reason.limit)}). ` +
          (again
            ? `When one has ended, ${again} again.`
            : 'Start it again when one has ended, or with wait: true to wait in line.'),
        { dataflow: key, maxConcurrentRuns: reason.limit, running: reason.running, ahead: reason.ahead },
      );
    case 'sources':
    case 'quiet':
      return dependencyNotReady(key, explanation);
  }
}
