// Runs in MySQL beside executions in Temporal: what is open in the one must be open in the other.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { RunStatus } from '../../src/workflow';
import type { ChaosStage } from './stage';

export interface OpenRun {
  readonly run_id: string;
  readonly dataflow_key: string;
  readonly state: string;
  readonly workflow_id: string;
}

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Asked at once at most. */
const CONCURRENCY = 8;

export function openRuns({ db }: ChaosStage): Promise<OpenRun[]> {
  return db.select<OpenRun>(
    `SELECT run_id, dataflow_key, state, workflow_id FROM lineage_run WHERE state IN ('waiting', 'started') ORDER BY run_id`,
  );
}

export async function runningExecutions({ client }: ChaosStage): Promise<Execution[]> {
  const running: Execution[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    running.push({ workflowId, runId });
  }
  return running;
}

/** What is still to come in an execution that only waits: null. Else in words. */
export async function work({ client }: ChaosStage, { workflowId, runId }: Execution): Promise<string | null> {
  try {
    const { status, raw } = await client.workflow.getHandle(workflowId, runId).describe();
    if (status.name !== 'RUNNING') return null;
    const pending = [
      ...(raw.pendingWorkflowTask ? [`a workflow task, attempt ${String(raw.pendingWorkflowTask.attempt)}`] : []),
      ...(raw.pendingActivities ?? []).map(
        (it) => `activity ${it.activityType?.name ?? '?'}, attempt ${String(it.attempt)}`,
      ),
      ...(raw.pendingChildren ?? []).map((it) => `child ${it.workflowId ?? '?'}`),
    ];
    return pending.length > 0 ? pending.join(', ') : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Why this open run has no execution that works for it; null: it has. */
export async function missingExecution({ client }: ChaosStage, run: OpenRun): Promise<string | null> {
  const handle = client.workflow.getHandle(run.workflow_id);
  try {
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING') return `its execution is ${status.name}`;
    const { runId } = await handle.query<RunStatus>('status');
    return runId === run.run_id ? null : `its execution works for run ${runId}`;
  } catch (error) {
    return String(error);
  }
}

/** Asks about each, a few at once; the ones that have an answer. */
export async function askEach<T>(
  items: readonly T[],
  ask: (item: T) => Promise<string | null>,
): Promise<{ item: T; answer: string }[]> {
  const found: { item: T; answer: string }[] = [];
  const todo = items.values();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const item of todo) {
        const answer = await ask(item);
        if (answer !== null) found.push({ item, answer });
      }
    }),
  );
  return found;
}
