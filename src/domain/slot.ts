// The slot: at most one open run each. Its workflow ID is deterministic, which is half of rule 4.

import { percentEncode } from './percent';

/** Workflow ID of a slot: `dlc:KEY`, or `dlc:KEY@PARTITION` with the partition percent-encoded. */
export function slotWorkflowId(key: string, partition: string): string {
  return partition === '' ? `dlc:${key}` : `dlc:${key}@${percentEncode(partition)}`;
}

/** How people read it: `sz:flights @ month=2001-01`. */
export function slotTitle(key: string, partition: string | null): string {
  return partition ? `${key} @ ${partition}` : key;
}
