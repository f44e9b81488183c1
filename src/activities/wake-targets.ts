// Wakes the targets of a finished run. A signal is only a wake-up (rule 1): what it says is never looked at, and one too
// many does no harm, so every path here may be repeated.

import { status } from '@grpc/grpc-js';
import { WorkflowNotFoundError } from '@temporalio/client';
import { MESSAGES } from '../domain/messages';
import { slotWorkflowId } from '../domain/slot';
import { triggeredRequest } from '../domain/start-request';
import { targetSlots } from '../store';
import type { TargetSlot } from '../store';
import { grpcAnswer } from '../temporal/grpc';
import { slotStart } from '../temporal/slot-start';
import type { Deps, Execution } from './deps';

/** Targets woken from the finish itself: one hop less than a further activity, and still short enough for it. */
const FEW = 8;

/** Signals under way at once. */
const CONCURRENCY = 16;

/** Wakes a few targets at once; returns how many are left to wake where they are more than a few. */
export async function wakeFew(deps: Deps, runId: string, execution: Execution): Promise<number> {
  const slots = await slotsToWake(deps, runId);
  if (slots.length > FEW) return slots.length;
  await Promise.all(slots.map((slot) => wake(deps, slot, execution)));
  return 0;
}

/** Wakes all targets. `progress` is told how many are done. */
export async function wakeTargets(
  deps: Deps,
  runId: string,
  execution: Execution,
  progress: (done: number) => void,
): Promise<number> {
  return wakeAll(deps, await slotsToWake(deps, runId), execution, progress);
}

/** `CONCURRENCY` at a time. */
export async function wakeAll(
  deps: Deps,
  slots: readonly TargetSlot[],
  execution: Execution,
  progress: (done: number) => void,
): Promise<number> {
  const todo = slots.values();
  let done = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const slot of todo) {
        await wake(deps, slot, execution);
        progress(++done);
      }
    }),
  );
  return done;
}

// `started`: it looks again when it ends. No owner and `manual`: somebody will start it.
async function slotsToWake(deps: Deps, runId: string): Promise<TargetSlot[]> {
  const slots = await targetSlots(deps.db, runId);
  return slots.filter((slot) => (slot.owner ? isWakeable(slot) : slot.triggerMode === 'auto'));
}

// One that gathers looks by itself when it has, and one in line when it is its turn: a thousand sources more are no news to
// them. Unless it gathers so many at most.
function isWakeable({ owner, maxSources }: TargetSlot): boolean {
  if (owner?.state !== 'waiting' || owner.waitingFor === 'place') return false;
  return owner.waitingFor !== 'quiet' || maxSources !== null;
}

async function wake(deps: Deps, slot: TargetSlot, execution: Execution): Promise<void> {
  const { owner } = slot;
  if (owner && (slot.triggerMode === 'manual' || owner.workflowId !== slotWorkflowId(slot.key, slot.slot))) {
    if ((await wakeExecution(deps, owner.workflowId)) || slot.triggerMode === 'manual') return;
  }
  await wakeSlot(deps, slot, execution);
}

export type SlotToWake = Pick<TargetSlot, 'key' | 'slot' | 'workflowType' | 'taskQueue' | 'description'>;

/**
 * Starts a slot's workflow, or signals it if it runs. One that Temporal refuses to start is told of, and left: it must hold
 * up neither the other targets nor the run that has ended; its queue rows stay.
 */
export async function wakeSlot(deps: Deps, slot: SlotToWake, execution: Execution): Promise<void> {
  const target = { ...slot, taskQueue: slot.taskQueue ?? execution.taskQueue };
  try {
    await deps.searchAttributes.with({ dataflow: slot.key, partition: slot.slot }, async (attributes) => {
      const { workflowType, options } = slotStart(target, triggeredRequest(slot.key, slot.slot), attributes);
      const { workflowIdConflictPolicy: _, ...start } = options; // signal-with-start uses what runs anyway
      await deps.client().workflow.signalWithStart(workflowType, { ...start, signal: MESSAGES.sourceFinished });
    });
  } catch (error) {
    const reason = refusalOf(error);
    deps.warn(`Temporal refuses to wake ${slot.key}: ${reason}. Check its workflowType and taskQueue.`, { slot });
  }
}

/**
 * Signals an execution; false where none of that ID runs. One that Temporal refuses to signal (it has had too many) is told of and left,
 * for it is alive: it, too, must hold up nobody else. The housekeeper looks after it.
 */
export async function wakeExecution(deps: Deps, workflowId: string): Promise<boolean> {
  try {
    return await signal(deps, workflowId);
  } catch (error) {
    const reason = refusalOf(error);
    deps.warn(
      `Temporal refuses to wake the workflow ${workflowId}: ${reason}. Its run goes on when it looks by itself.`,
      {
        workflowId,
      },
    );
    return true;
  }
}

/** Why Temporal won't ever do it. @throws `error`, where it may still. */
function refusalOf(error: unknown): string {
  const answer = grpcAnswer(error);
  if (answer?.code !== status.INVALID_ARGUMENT) throw error;
  return answer.details || answer.message;
}

/** False when no execution of that ID runs: its owner is gone, and the next opener will find out. */
export async function signal(deps: Deps, workflowId: string): Promise<boolean> {
  try {
    await deps.client().workflow.getHandle(workflowId).signal(MESSAGES.sourceFinished);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
