// Runs the steps of a replay. What they leave for their targets is withheld until the last one has ended.

import { ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { CancellationScope, isCancellation, ParentClosePolicy, patched, workflowInfo } from '@temporalio/workflow';
import { brief } from '../domain/brief';
import { DATAFLOW_RUN } from '../domain/messages';
import type { ReplayStep } from '../domain/replay';
import { slotTitle } from '../domain/slot';
import type { StartRequestInput } from '../domain/start-request';
import { holder } from '../domain/withheld';
import { awaitSlot, releaseAndWake } from './activities';
import { runChild } from './child';
import { failureMessage } from './failures';
import type { ReplaySession } from './replay-session';
import { Turns } from './replay-turns';
import type { TurnRules } from './replay-turns';

/** A replay used to wait neither for a step's slot nor, when it let go of what it withheld, for its last run. */
const WAITS = 'replay-waits';

/** A step used to keep its turn while it waited for its slot. */
const SETS_ASIDE = 'replay-sets-aside';

export interface ReplayAsked {
  readonly by: string | null;
  readonly reason: string | null;
}

export async function runSteps(session: ReplaySession, plan: readonly ReplayStep[], asked: ReplayAsked): Promise<void> {
  const waits = patched(WAITS);
  const withholdBy = holder('replay', session.replayId);
  const rules = { inTurns: waits, setAside: waits && patched(SETS_ASIDE) };
  const steps = new Steps(session, plan, { ...asked, withholdBy, waitForPlace: true }, rules);
  const lanes = plan.map((step, number) => steps.run(step, number));
  try {
    await Promise.all(lanes);
  } finally {
    // A run that is cancelled may succeed all the same, and what it leaves then must be let go of too.
    if (waits) await Promise.allSettled(lanes);
    await CancellationScope.nonCancellable(() => releaseAndWake(withholdBy));
  }
}

class Steps {
  private readonly turns: Turns;

  constructor(
    private readonly session: ReplaySession,
    private readonly plan: readonly ReplayStep[],
    private readonly request: ReplayAsked & Pick<StartRequestInput, 'withholdBy' | 'waitForPlace'>,
    private readonly rules: TurnRules,
  ) {
    this.turns = new Turns(session, plan, rules);
  }

  async run(step: ReplayStep, number: number): Promise<void> {
    const { session, turns } = this;
    try {
      if (!(await turns.take(step, number))) {
        session.set(number, { state: 'skipped', message: 'What it consumes was not replayed.' });
        return;
      }
      await this.untilPlaced(step, number).finally(() => {
        turns.give();
      });
    } catch (error) {
      if (!session.isOver(number)) session.set(number, { state: 'skipped', message: 'The replay was cancelled.' });
      throw error;
    }
  }

  private async untilPlaced(step: ReplayStep, number: number): Promise<void> {
    const { session, turns } = this;
    const waits = this.rules.inTurns;
    for (;;) {
      session.set(number, { state: 'running', message: null });
      try {
        session.set(number, { state: 'success', as: await this.rerun(step, number) });
        return;
      } catch (error) {
        if (!(error instanceof ChildWorkflowFailure)) throw error;
        const message = brief(failureMessage(error));
        if (!waits || !isTaken(error)) {
          session.set(number, { state: 'failed', message });
          // Else somebody cancelled that run alone.
          const isOurs = !waits || CancellationScope.current().consideredCancelled;
          if (isCancellation(error) && isOurs) throw error;
          return;
        }
        session.set(number, { state: 'pending', message });
      }
      await turns.aside(() => awaitSlot(step.dataflow, step.slot));
    }
  }

  /** Returns the new run's ID. */
  private async rerun(step: ReplayStep, number: number): Promise<string> {
    const { dataflow, partitionKey, runId: rerunOf, cause, taskQueue } = step;
    const replaced = this.replaced(step);
    const start: StartRequestInput = { ...this.request, dataflow, partitionKey, rerunOf, cause, replaced };
    const { firstRunId } = await runChild(step.workflowType ?? DATAFLOW_RUN, {
      workflowId: `${workflowInfo().workflowId}:${String(number)}`,
      args: [start],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: slotTitle(dataflow, partitionKey),
      ...(taskQueue !== null && { taskQueue }),
    });
    return firstRunId;
  }

  /** Plans of the first version don't tell what a step had claimed: just the runs of the steps before it. */
  private replaced({ after, sources }: Partial<ReplayStep>): StartRequestInput['replaced'] {
    const had = sources ?? after?.map((step) => ({ runId: this.plan[step]?.runId ?? '', step })) ?? [];
    return had.map(({ step, ...source }) => ({ ...source, by: this.session.newRun(step) }));
  }
}

/** A run that is none of ours has the slot: it will end. One that waits for its sources may do so for ever. */
function isTaken({ cause }: ChildWorkflowFailure): boolean {
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'ALREADY_ACTIVE') return false;
  const [details] = (cause.details ?? []) as [{ readonly state?: string; readonly waitingFor?: string }?];
  return details?.state === 'started' || ['place', 'pause', 'quiet'].includes(details?.waitingFor ?? '');
}
