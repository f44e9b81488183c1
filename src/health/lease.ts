// Whether a run that MySQL hasn't heard of for long is silent indeed. Heartbeats reach its workflow, which writes them down: as long as
// that one is held up, MySQL knows nothing of its job.

import type { Client } from '@temporalio/client';
import { DATAFLOW_RUN, MESSAGES } from '../domain/messages';
import { isActing } from '../temporal/running';
import type { Running } from '../temporal/running';
import type { Standing } from '../temporal/standing';
import { hasUnhandledSignal } from '../temporal/unhandled-signal';

/** False where its job may live all the same. */
export async function isSilent(client: Client, standing: Standing): Promise<boolean> {
  return standing.kind === 'works' && isSilentExecution(client, standing.execution);
}

async function isSilentExecution(client: Client, execution: Running): Promise<boolean> {
  // An earlier version let it promise heartbeats, which nobody hears there.
  if (execution.workflowType !== DATAFLOW_RUN) return false;
  // It hears nothing, and will when it goes on.
  if (execution.paused) return false;
  // About to write one down.
  if (isActing(execution)) return false;
  switch (execution.workflowTask) {
    case 'started':
      return false;
    case 'scheduled':
      // Its workers are away, or slow.
      return !(await hasUnhandledSignal(client, execution, MESSAGES.heartbeat));
    case 'none':
      return true;
  }
}
