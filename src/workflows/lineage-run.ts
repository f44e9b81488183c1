// `lineageRun`, the one primitive: a workflow's work as a run of a dataflow.

import type { JobReportInput } from '../domain/finish-request';
import type { JobInput } from '../domain/protocol';
import type { StartRequestInput } from '../domain/start-request';
import { executeRun } from './execute-run';
import type { RunResult } from './execute-run';
import { jobInput } from './job';

/**
 * Wraps a workflow's work as a run of a dataflow: the run opens in MySQL, waits for its sources if `wait` is set, claims
 * them, and ends with what `body` returns (`recordCount`: rows), or with `error` if it throws. One run an execution: its
 * `runId` is the Temporal run ID.
 *
 * Call it last, and don't continue as new inside `body`: the run ends `error` then. A workflow that is registered as a dataflow's `workflowType` takes the request as its only argument and
 * passes it on: when its run has ended it may continue as new into the slot's next run, and then doesn't return.
 *
 * @throws ApplicationFailure whose type is the error's code (`ALREADY_ACTIVE`, `DEPENDENCY_NOT_READY`, …) when the run
 *   isn't opened; what `body` throws; CancelledFailure.
 */
export async function lineageRun(
  request: StartRequestInput,
  body: (run: JobInput) => Promise<JobReportInput> | Promise<void>,
): Promise<RunResult> {
  return executeRun(request, { endsByMessage: () => false, execute: (run) => body(jobInput(run)) });
}
