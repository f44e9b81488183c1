// A run that a schedule started: its partition follows from the time that the schedule fired for, which Temporal puts on the
// execution.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { resolveScheduled } from '../domain/schedule';

/** Without a schedule's jitter; of one that was triggered, when that was. */
const FIRED_FOR = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** @throws InvalidArgumentError */
export const withScheduledTime = (request: unknown): unknown => resolveScheduled(request, firedFor);

/** One that somebody starts by hand with a schedule's request is for now. */
function firedFor(): Date {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return typedSearchAttributes.get(FIRED_FOR) ?? startTime;
}
