// Messages as any client may send them: payloads byte by byte, past the SDK's own encoding.

import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

export type Payload = temporal.api.common.v1.IPayload;
type Outcome = temporal.api.update.v1.IOutcome;

const COMPLETED =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** A payload of any encoding and any data. */
export const payload = (encoding: string, data: string): Payload => ({
  metadata: { encoding: bytes(encoding) },
  data: bytes(data),
});

export const json = (value: unknown): Payload => payload('json/plain', JSON.stringify(value));

export async function signal(client: Client, workflowId: string, signalName: string, input?: Payload[]): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    signalName,
    requestId: randomUUID(),
    ...(input && { input: { payloads: input } }),
  });
}

export async function update(client: Client, workflowId: string, name: string, input?: Payload[]): Promise<Outcome> {
  const { outcome } = await client.workflowService.updateWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    waitPolicy: { lifecycleStage: COMPLETED },
    request: { meta: { updateId: randomUUID() }, input: { name, ...(input && { args: { payloads: input } }) } },
  });
  return outcome!;
}

export async function start(client: Client, taskQueue: string, workflowId: string, input?: Payload[]): Promise<string> {
  const { runId } = await client.workflowService.startWorkflowExecution({
    namespace: 'default',
    workflowId,
    workflowType: { name: 'dataflowRun' },
    taskQueue: { name: taskQueue },
    requestId: randomUUID(),
    ...(input && { input: { payloads: input } }),
  });
  return runId;
}
