// The two that are compared: ours, and the bare workflows. Same messages, same hops; ours writes lineage to MySQL.

import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Stage } from './stage';

export interface Subject {
  readonly name: string;
  /** Starts a source's run, finishes it, and returns its runId with the moment just before the finish (ms). */
  runSource(lane: number, withTarget: boolean): Promise<{ runId: string; finishAt: number }>;
}

const now = (): number => performance.timeOrigin + performance.now();

/** `lanes`: sources that run side by side, each with a target of its own, and one without. */
export async function ours({ coordinator }: Stage, lanes: number): Promise<Subject> {
  const sources = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const alone = await coordinator.createDataflow('rz', 'alone', String(lane));
      const source = await coordinator.createDataflow('rz', 'source', String(lane));
      const target = await coordinator.createDataflow('sz', 'target', String(lane), '', {
        trigger: { mode: 'auto' },
        workflowType: 'timedTarget',
      });
      await coordinator.associateSourceToTarget(source, target);
      return { alone, source };
    }),
  );
  return {
    name: 'datalake-lineage',
    runSource: async (lane, withTarget) => {
      const { alone, source } = sources[lane % lanes] ?? { alone: '', source: '' };
      const { runId } = await coordinator.startDataflowRunWithId(withTarget ? source : alone);
      const finishAt = now();
      await coordinator.finishDataflowRun('success', runId, { recordCount: 1 });
      return { runId, finishAt };
    },
  };
}

export function bare({ client, taskQueue }: Stage): Subject {
  return {
    name: 'bare workflow',
    runSource: async (lane, withTarget) => {
      const startWorkflowOperation = new WithStartWorkflowOperation('bareSource', {
        workflowId: `bare-source-${String(lane)}`,
        taskQueue,
        args: [withTarget ? `bare-target-${String(lane)}-${randomUUID()}` : null],
        workflowIdConflictPolicy: 'FAIL',
      });
      const { runId } = await client.workflow.executeUpdateWithStart<() => Promise<void>, { runId: string }, []>(
        'startedRun',
        {
          startWorkflowOperation,
        },
      );
      const finishAt = now();
      await client.workflow.getHandle(`bare-source-${String(lane)}`, runId).executeUpdate('finishRun');
      return { runId, finishAt };
    },
  };
}
