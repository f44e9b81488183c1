// What becomes of a run, or of a slot that should have one, that nothing keeps from going on any more.

import { onceUnpaused } from '../execution-pause';
import { slotWorkflowId } from '../slot';
import type { WhyFacts } from './types';

export function explainWakeUp({ wakeUp, pausedExecution, run, dataflow, slot }: WhyFacts): string {
  const workflowId = run?.workflowId ?? slotWorkflowId(dataflow, slot);
  switch (wakeUp) {
    case 'underWay':
      return run ? 'it is about to start' : 'a wake-up is under way';
    case 'noWorker':
      return `a wake-up is under way, and no worker has taken it: ask Temporal who works on the task queue of ${workflowId}`;
    case 'paused':
      return `it goes on ${onceUnpaused(pausedExecution ?? { workflowId, by: '', reason: '' })}`;
    case 'lost':
      return 'its wake-up was lost. The housekeeper sends another; dlc doctor --heal does so at once';
    case 'gone':
      return `its workflow ${workflowId} isn't running any more. The housekeeper ends it orphaned; dlc doctor --heal does so at once`;
    case null:
      return run
        ? "it is about to start, or its wake-up was lost: Temporal can't be asked"
        : "a wake-up is under way, or was lost: Temporal can't be asked";
  }
}
