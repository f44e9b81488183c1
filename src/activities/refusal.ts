// Why a start that doesn't wait is refused.

import { AlreadyActiveError, DataflowDisabledError } from '../domain/errors';
import type { DlcError } from '../domain/errors';
import type { Dataflow } from '../domain/model';
import { dependencyNotReady } from '../domain/rule';
import { explainPause } from '../domain/start';
import type { QueueDecision } from '../store';

export type Refused = Extract<QueueDecision, { kind: 'wait' }>;

export function refusal(dataflow: Dataflow, { reason, explanation }: Refused): DlcError {
  const { key } = dataflow;
  switch (reason.for) {
    case 'pause':
      return new DataflowDisabledError(
        `${key} can't start: ${explainPause(reason)}. Resume it first, or start it with wait: true to wait for that.`,
        { dataflow: key, status: 'paused', scope: reason.scope, name: reason.name },
      );
    case 'place':
      return new AlreadyActiveError(
        `${key} has its ${String(reason.limit)} runs at once already (maxConcurrentRuns). Start it again when one has ended, or with wait: true to wait in line.`,
        { dataflow: key, maxConcurrentRuns: reason.limit, running: reason.running, ahead: reason.ahead },
      );
    case 'sources':
    case 'quiet':
      return dependencyNotReady(key, explanation);
  }
}
