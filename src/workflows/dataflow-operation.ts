// The built-in workflow type `dataflowOperation`: what a person does to dataflows, relations, zones and runs. Committed first, then
// whoever may start because of it looks again (rule 2); durable, so that a crash in between loses no wake-up.

import { condition, patched, setHandler } from '@temporalio/workflow';
import { DlcError } from '../domain/errors';
import type { RunId } from '../domain/ids';
import { parseOperation } from '../domain/operation';
import type { OperationResult } from '../domain/operation';
import { deleteSchedules, operate, wakeDataflows, wakeTargets } from './activities';
import { toFailure } from './failures';
import { goSignal } from './messages';
import { decode } from './undecoded';

/** Dataflows whose slots one activity looks at. */
const CHUNK = 500;

/** A `go` that came while its dataflows were woken used to be forgotten. */
const LOOKS_ONCE_MORE = 'wake-after-late-go';

/** A failure's type is the error's code. */
export async function dataflowOperation(received: unknown): Promise<OperationResult> {
  let gos = 0;
  setHandler(goSignal, () => {
    gos++;
  });
  try {
    const request = parseOperation(decode(received, 'The operation'));
    if (request.awaitGo) await condition(() => gos > 0, '1 minute');
    const { result, wakeDataflows: dataflows, wakeTargetsOf, deleteSchedulesOf = [] } = await operate(request);
    let seen: number;
    do {
      seen = gos;
      for (let from = 0; from < dataflows.length; from += CHUNK)
        await wakeDataflows(dataflows.slice(from, from + CHUNK));
      for (const runId of wakeTargetsOf) await wakeTargets(runId as RunId, 1);
      for (const key of deleteSchedulesOf) await deleteSchedules(key);
      // The change may have been committed after that look: it took longer than the wait for it.
    } while (gos > seen && patched(LOOKS_ONCE_MORE));
    return result;
  } catch (error) {
    throw error instanceof DlcError ? toFailure(error) : error;
  }
}
