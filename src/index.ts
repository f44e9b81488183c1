// Entry point `datalake-lineage`: the client, the worker's plugin, and the errors. Workflow code imports
// `datalake-lineage/workflow` instead.

export { ZoneDataFlowCoordinator } from './client/coordinator';
export type { RunWithSources } from './client/coordinator';
export type { ConnectOptions } from './client/connect';
export type { Applied, ApplyOptions, ChangeOptions } from './client/apply/apply';
export type { DataflowUpdate } from './client/apply/update-dataflow';
export type { Declaration, DataflowDeclaration } from './domain/declaration/schema';
export { declarationJsonSchema } from './domain/declaration/json-schema';
export type { Plan, PlanAction, PlanSummary } from './domain/plan/actions';
export type { PlanOptions } from './domain/plan/plan';
export type { StartedRun, StartOptions } from './client/start-run';
export type { FinishOptions } from './client/finish-run';
export type { Operations, RelationRef } from './client/operations';
export type { Backfill, BackfillOptions, Backfills } from './client/backfills';
export type { BackfillFailure, BackfillProgress, BackfillRerun, Downstream, Outcome } from './domain/backfill';
export type { CreateScheduleOptions, Schedule, ScheduledExecution, ScheduleName, Schedules } from './client/schedules';
export type { CancelOptions } from './client/cancel-run';
export type { OperateOptions, Who } from './client/operate';
export type { RerunOptions } from './client/rerun';
export type { ReplayStarted } from './client/replay';
export type { ReplayOutcome } from './domain/replay';
export type { DoctorOptions } from './client/doctor';
export type { Finding, Findings } from './domain/finding';
export type { Healing } from './domain/healing';
export type { Trouble } from './domain/trouble';
export type { OperationResult, ResumeBacklog } from './domain/operation';
export type { OperationRecord } from './store';
export { LineagePlugin } from './worker/plugin';
export type { LineagePluginOptions } from './worker/plugin';
export { Database, migrate } from './store';
export type { MysqlSettings } from './store';
export * from './domain/errors';
export { formatKey, parseKey } from './domain/key';
export type { DataflowKey } from './domain/key';
export { slotWorkflowId } from './domain/slot';
export type { DataflowId, QueueId, RelationId, RunId } from './domain/ids';
export type { Dataflow, DataflowStatus, Relation, Run, Trigger, TriggerMode } from './domain/model';
export type { Job } from './domain/job';
export { parseSchedule, scheduleSchema } from './domain/schedule';
export type { CalendarInput, Overlap, ScheduleChange, ScheduleInput, ScheduleSpec } from './domain/schedule';
export type { Json, JsonObject } from './domain/json';
export type { PartitionMapping } from './domain/partition';
export type { DependencyCheck, Explanation, ExplanationLeaf } from './domain/rule';
export type { Deadline, Pause, StartPolicy, WaitReason } from './domain/start';
export type {
  JobAttempt,
  WakeUp,
  Why,
  WhyCause,
  WhyNamedRun,
  WhyOperation,
  WhyQueueRow,
  WhySource,
  WhySourceRun,
  WhyStart,
} from './domain/why';
export type { UnpolledQueue } from './domain/unpolled';
export type { Zone } from './domain/zone';
export type { WhySubject } from './client/why';
export type { RuleInput, RuleNode } from './domain/rule';
export type { RunEventRecord } from './domain/run-events';
export type { RunState } from './domain/run-state';
export type { DataflowOptionsInput, RelationOptionsInput } from './domain/registration';
export type { FinishInfo, JobInput, SourceRun, StartInfo } from './domain/protocol';
