// The slot: at most one open run each. Its workflow ID is deterministic, which is half of rule 4.

import { InvalidArgumentError } from './errors';
import { checkPartitionKey } from './partition';
import { percentDecode, percentEncode } from './percent';

/** Workflow ID of a slot: `dlc:KEY`, or `dlc:KEY@PARTITION` with the partition percent-encoded. */
export function slotWorkflowId(key: string, partition: string): string {
  return partition === '' ? `dlc:${key}` : `dlc:${key}@${percentEncode(partition)}`;
}

/** The slot that a workflow ID is of; undefined for one that is no slot's. `partition`: `''` for none. */
export function slotOfWorkflowId(workflowId: string): { readonly key: string; readonly partition: string } | undefined {
  const [, key, partition] = /^dlc:([^@]+)(?:@(.+))?$/.exec(workflowId) ?? [];
  if (key === undefined) return undefined;
  try {
    return { key, partition: partition === undefined ? '' : percentDecode(partition, 'partition') };
  } catch {
    return undefined;
  }
}

/** The slot of a partition: `''` where the dataflow doesn't run per partition, or none is named. */
export function slotOf(
  { partitioned }: { readonly partitioned: boolean },
  partitionKey: string | null | undefined,
): string {
  return partitioned ? (partitionKey ?? '') : '';
}

/**
 * As `slotOf`.
 * @throws InvalidArgumentError without the partition of a dataflow that runs per partition, or with one that no run can have.
 */
export function namedSlot(
  dataflow: { readonly key: string; readonly partitioned: boolean },
  partitionKey: string | null | undefined,
): string {
  if (!dataflow.partitioned) return '';
  if (partitionKey != null) return checkPartitionKey(partitionKey);
  throw new InvalidArgumentError(
    `${dataflow.key} runs per partition: say which with partitionKey, for example import_date=2019-01-01.`,
    { field: 'partitionKey' },
  );
}

/** How people read it: `sz:flights @ month=2001-01`. */
export function slotTitle(key: string, partition: string | null): string {
  return partition ? `${key} @ ${partition}` : key;
}
