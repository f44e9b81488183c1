// The store: MySQL is the truth (rule 1). One file an operation.

export { Database } from './database';
export type { MysqlSettings, Queryable } from './database';
export { isDuplicate } from './mysql-errors';
export { lakeId } from './schema/lake-id';
export { checkSchema, migrate } from './schema/migrate';
export { findDataflow, findDataflows, lockDataflow } from './dataflow/find-dataflow';
export { insertDataflow } from './dataflow/insert-dataflow';
export { allDataflows, listDataflows } from './dataflow/list-dataflows';
export { listZones } from './dataflow/list-zones';
export type { DataflowFilter } from './dataflow/list-dataflows';
export {
  isZonePaused,
  isZonePausedLocked,
  pauseDataflow,
  pauseZone,
  resumeDataflow,
  resumeZone,
  setDataflowStatus,
} from './dataflow/pause-dataflow';
export { retireDataflow } from './dataflow/retire-dataflow';
export { retiredKeys } from './dataflow/retired-keys';
export { rulesToCheck } from './dataflow/rules-to-check';
export { statusesOf } from './dataflow/statuses-of';
export { updateDataflow } from './dataflow/update-dataflow';
export { findOperation, insertOperation } from './operation/operation';
export type { KeptOperation } from './operation/operation';
export { endOf, findBackfills } from './operation/backfills';
export type { BackfillRow } from './operation/backfills';
export { lastChange } from './operation/last-change';
export { listOperations } from './operation/list-operations';
export { suspendedAtStart } from './operation/suspended-at-start';
export type { OperationFilter, OperationRecord } from './operation/list-operations';
export { changeRelation, findRelation } from './relation/change-relation';
export { addRelation, insertRelation, lockGraph } from './relation/insert-relation';
export {
  activeRelationsOfTarget,
  everyRelationOfTarget,
  listRelations,
  openRelations,
  relationsOfSource,
  relationsOfTarget,
} from './relation/list-relations';
export { healedBefore } from './event/healed-before';
export { insertEvent, insertEventOfHeld } from './event/insert-event';
export { runEvents } from './event/run-events';
export { runStory } from './event/run-story';
export type { RunStory } from './event/run-story';
export { hasSucceededSince, waitingInSlots, waitingWithout } from './run/behind';
export { endRun } from './run/end-run';
export { findOpenRun, findRun, findRunByRequest, findRuns, getRun, lockRun } from './run/find-run';
export { forgetRun } from './run/forget-run';
export { insertRun } from './run/insert-run';
export type { NewRun } from './run/insert-run';
export { listRuns } from './run/list-runs';
export type { RunFilter } from './run/list-runs';
export { partitionRuns } from './run/partition-runs';
export { newestRuns } from './run/newest-runs';
export { reopenEnd, setPriority, setReleaseCause } from './run/mark-run';
export { consumptionsOf, versionsOf } from './run/downstream';
export { openRuns, silentMs } from './run/open-runs';
export { lockOpenSlots } from './run/open-slots';
export { nextInLine, readPlaces } from './run/places';
export { consumerOfRequeued, latestRerun, successesBefore } from './run/reruns';
export { sourceRunsAmong } from './run/source-runs';
export { acceptedSince, lockSuccessors, successorsOf } from './run/successors';
export { lineUp, setHeartbeat, setLate, setWaiting } from './run/set-waiting';
export { startRun } from './run/start-run';
export { claimedRows, countClaimedRows } from './queue/claimed-rows';
export { claimRows } from './queue/claim-rows';
export { insertQueueRows } from './queue/insert-queue-rows';
export type { NewQueueRow } from './queue/insert-queue-rows';
export { newestAge, newestAgeAtStart } from './queue/newest-rows';
export { decide, questionOfRun, questionOfSlot, ruleSources, ruleSourcesOf } from './queue/decide';
export type { QueueDecision, StartQuestion } from './queue/decide';
export { withheldRows } from './queue/withheld-rows';
export { requeuedRows, requeueSources } from './queue/requeue';
export { lockSources } from './queue/lock-sources';
export { countReady } from './queue/count-ready';
export { newestQueued, queuedOf } from './queue/newest-queued';
export { readyRows, readyRowsOfDataflow } from './queue/ready-rows';
export {
  chooseOneByOne,
  consumeOneByOne,
  consumeTogether,
  settleChoices,
  skipReady,
  skipRequeued,
} from './queue/drain';
export { holders, lockHeld, releaseHeld } from './queue/holders';
export { claimedParts, heldParts } from './queue/parts';
export type { QueuedPart } from './queue/parts';
export { idleSlots } from './queue/idle-slots';
export { slotsToLook } from './queue/slots-to-look';
export { targetSlots } from './queue/target-slots';
export type { TargetSlot } from './queue/target-slots';
