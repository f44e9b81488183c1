// How long the histories of a slot's executions have become.

import { slotWorkflowId } from '../../src';
import type { Stage } from '../stage';
import { until } from './lanes';

export interface Histories {
  readonly executions: number;
  /** Of the longest one. */
  readonly events: number;
  /** Of the largest one. */
  readonly bytes: number;
  /** Signals of the one that got most; Temporal takes 10,000. */
  readonly signals: number;
}

export async function histories({ client }: Stage, key: string): Promise<Histories> {
  const workflowId = slotWorkflowId(key, '');
  const found: { events: number; bytes: number; signals: number }[] = [];
  // Visibility is told of an execution a moment later.
  await until(`visibility knows ${workflowId}`, async () => {
    found.length = 0;
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const { historyLength, historySize } = await handle.describe();
      const { events } = await handle.fetchHistory();
      const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
      found.push({ events: historyLength, bytes: historySize ?? 0, signals });
    }
    return found.length > 0;
  });
  const most = (of: (one: (typeof found)[number]) => number): number => Math.max(...found.map(of));
  return {
    executions: found.length,
    events: most((one) => one.events),
    bytes: most((one) => one.bytes),
    signals: most((one) => one.signals),
  };
}
