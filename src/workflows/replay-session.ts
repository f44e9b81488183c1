// A replay's state inside its workflow, and the words that the Temporal UI shows for it.

import { setCurrentDetails } from '@temporalio/workflow';
import type { DlcError } from '../domain/errors';
import { outcomeOf } from '../domain/replay';
import type { ReplayOutcome, ReplayStep, StepOutcome } from '../domain/replay';
import { slotTitle } from '../domain/slot';

export class ReplaySession {
  plan: readonly ReplayStep[] | undefined;
  /** Why it didn't begin. */
  refusal: DlcError | undefined;
  private steps: StepOutcome[] = [];

  constructor(readonly replayId: string) {}

  outcome(): ReplayOutcome {
    return outcomeOf(this.replayId, this.steps);
  }

  begin(plan: readonly ReplayStep[]): void {
    this.plan = plan;
    this.steps = plan.map(({ runId, dataflow, partitionKey }) => ({
      runId,
      dataflow,
      partitionKey,
      state: 'pending',
      as: null,
      message: null,
    }));
  }

  state(number: number): StepOutcome['state'] {
    return this.steps[number]?.state ?? 'skipped';
  }

  isOver(number: number): boolean {
    return !['pending', 'running'].includes(this.state(number));
  }

  /** Of a step that succeeded. */
  newRun(number: number): string {
    return this.steps[number]?.as ?? '';
  }

  set(number: number, change: Partial<StepOutcome>): void {
    this.steps = this.steps.map((step, at) => (at === number ? { ...step, ...change } : step));
    setCurrentDetails(details(this.steps));
  }
}

function details(steps: readonly StepOutcome[]): string {
  const count = (state: StepOutcome['state']): number => steps.filter((step) => step.state === state).length;
  const failed = steps.filter((step) => step.state === 'failed').slice(0, 20);
  return [
    `${String(count('success'))} of ${String(steps.length)} runs replayed, ${String(count('running'))} running, ${String(count('failed'))} failed, ${String(count('skipped'))} skipped.`,
    ...failed.map((step) => `- ${slotTitle(step.dataflow, step.partitionKey)}: ${step.message ?? ''}`),
  ].join('\n\n');
}
