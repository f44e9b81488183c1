// What a run that a workflow starts is found by. Set at its start only: to add them later costs an event, and fails a workflow task
// where the server doesn't know them.

import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../domain/messages';

const DATAFLOW = defineSearchAttributeKey(SEARCH_ATTRIBUTES.dataflow, SearchAttributeType.KEYWORD);
const PARTITION = defineSearchAttributeKey(SEARCH_ATTRIBUTES.partition, SearchAttributeType.KEYWORD);

/** Undefined unless this execution has both: then its server knows them. */
export function childAttributes(dataflow: string, partition: string): TypedSearchAttributes | undefined {
  const own = workflowInfo().typedSearchAttributes;
  if (own.get(DATAFLOW) === undefined || own.get(PARTITION) === undefined) return undefined;
  return new TypedSearchAttributes([
    { key: DATAFLOW, value: dataflow },
    { key: PARTITION, value: partition },
  ]);
}
