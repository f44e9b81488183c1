// A child workflow that a cancel reaches wherever it has got to. The SDK's own cancel names the execution that the child began
// with: once the child was retried or has continued as new, that one is closed, and nobody hears of the cancel.

import { CancellationScope, condition, getExternalWorkflowHandle, patched, startChild } from '@temporalio/workflow';
import type { ChildWorkflowOptions } from '@temporalio/workflow';

/** A cancel used to go to the child's first execution alone. */
const BY_ID = 'cancel-child-by-id';

/** Seconds between two cancels of a child that lives on. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 600;

export interface ChildEnd {
  /** Temporal's run ID of the execution that it began with. */
  readonly firstRunId: string;
  readonly result: unknown;
}

/**
 * Runs a child workflow to its end, cancelled or not.
 * @throws ChildWorkflowFailure, which is a cancellation only if the child was cancelled; and what `startChild` throws.
 */
export async function runChild(
  workflowType: string,
  options: ChildWorkflowOptions & { readonly args: unknown[] },
): Promise<ChildEnd> {
  const outer = CancellationScope.current();
  if (outer.consideredCancelled) await outer.cancelRequested;
  return CancellationScope.nonCancellable(async () => {
    // Cancelled on its own where a history tells of the SDK's cancel.
    const inner = new CancellationScope();
    let isOver = false;
    const starting = inner.run(() => startChild(workflowType, options));
    const cancelled = async (): Promise<void> => {
      if (!patched(BY_ID)) {
        inner.cancel();
        return;
      }
      const { workflowId } = await starting;
      await cancelUntil(workflowId, () => isOver);
    };
    // What goes wrong with the start is thrown below.
    outer.cancelRequested.catch(() => void cancelled().catch(() => undefined));
    try {
      const child = await starting;
      const result: unknown = await child.result();
      return { firstRunId: child.firstExecutionRunId, result };
    } finally {
      isOver = true;
    }
  });
}

// Again and again: an execution may have closed just before the cancel came, or answer it with a failure that is retried.
async function cancelUntil(workflowId: string, isOver: () => boolean): Promise<void> {
  for (let pause = FIRST_PAUSE; !isOver(); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    await getExternalWorkflowHandle(workflowId)
      .cancel()
      .catch(() => undefined);
    if (!isOver()) await condition(isOver, `${String(pause)} seconds`);
  }
}
