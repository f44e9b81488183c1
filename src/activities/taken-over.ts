// What a run consumed is consumed once more by one run at most: before its sources go anywhere again, who has had them since?

import type { Run } from '../domain/model';
import { consumedSince, settledBy, takenOver } from '../domain/rerun';
import { isOpen } from '../domain/run-state';
import { acceptedSince, consumerOfRequeued, lockSuccessors } from '../store';
import type { Queryable } from '../store';

/** For a run that failed. @throws InvalidArgumentError when others have consumed its sources since, or before it after all. */
export async function checkSourcesFree(tx: Queryable, run: Run): Promise<void> {
  const accepted = await acceptedSince(tx, run);
  if (accepted !== undefined) throw settledBy(run, accepted);
  const consumer = await consumerOfRequeued(tx, run.runId);
  if (consumer !== undefined) throw consumedSince(run, consumer);
}

/**
 * For a failed run that is to have succeeded. Those that took over from it, and failed too, are locked until the transaction ends.
 * @throws InvalidArgumentError when one of them is open or has succeeded.
 */
export async function checkNotTakenOver(tx: Queryable, run: Run): Promise<void> {
  const accepted = await acceptedSince(tx, run);
  if (accepted !== undefined) throw settledBy(run, accepted);
  const successor = (await lockSuccessors(tx, run.runId)).find(({ state }) => isOpen(state) || state === 'success');
  if (successor) throw takenOver(run, successor);
}
