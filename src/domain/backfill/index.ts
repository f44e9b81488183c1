// Backfills: a range of partitions, so many at once.

export { BACKFILL_RERUNS, planPartition } from './plan';
export type { BackfillRerun, PartitionRuns, Planned } from './plan';
export { CANCELLED, counted, doneOf, noProgress, OUTCOMES, showCounts } from './progress';
export type { BackfillFailure, BackfillProgress, Outcome } from './progress';
export { MAX_PARTITIONS, partitionsOfRange, samplePartitionOf } from './range';
export {
  BACKFILL_ID,
  backfillHolder,
  backfillIdOf,
  backfillStart,
  backfillWorkflowId,
  DOWNSTREAMS,
  parseBackfill,
} from './request';
export type { BackfillRequest, BackfillRequestInput, Downstream } from './request';
export { checkSameBackfill } from './same';
export { checkUsual } from './usual';
