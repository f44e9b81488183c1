// How a slot's workflow is started, by a person's start and by a trigger alike.

import type { TypedSearchAttributes } from '@temporalio/common';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { DATAFLOW_RUN } from '../domain/messages';
import { slotTitle, slotWorkflowId } from '../domain/slot';
import type { StartRequestInput } from '../domain/start-request';

export interface SlotToStart {
  readonly key: string;
  /** `''` unless the dataflow runs per partition. */
  readonly slot: string;
  readonly workflowType: string | null;
  readonly taskQueue: string;
  readonly description?: string | null;
}

export interface SlotStart {
  readonly workflowType: string;
  readonly options: {
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly args: [StartRequestInput];
    readonly workflowIdReusePolicy: WorkflowIdReusePolicy;
    readonly workflowIdConflictPolicy: WorkflowIdConflictPolicy;
    readonly staticSummary: string;
    readonly staticDetails: string;
    readonly typedSearchAttributes?: TypedSearchAttributes;
  };
}

/** The start of a slot's workflow: its ID is the slot's, so that Temporal lets one run at a time (rule 4). */
export function slotStart(
  slot: SlotToStart,
  request: StartRequestInput,
  attributes: TypedSearchAttributes | undefined,
): SlotStart {
  return {
    workflowType: slot.workflowType ?? DATAFLOW_RUN,
    options: {
      workflowId: slotWorkflowId(slot.key, slot.slot),
      taskQueue: slot.taskQueue,
      args: [request],
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      staticSummary: slotTitle(slot.key, slot.slot),
      staticDetails: details(slot, request),
      ...(attributes && { typedSearchAttributes: attributes }),
    },
  };
}

function details(slot: SlotToStart, request: StartRequestInput): string {
  const lines = [
    `**Dataflow run** of \`${slot.key}\`${slot.slot === '' ? '' : `, partition \`${slot.slot}\``}`,
    slot.description ?? '',
    request.triggered ? 'Started by a finished source.' : 'Started on request.',
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}
