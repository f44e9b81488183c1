// Entry point `datalake-lineage/workflow`: what workflow code may import. Nothing of Node, MySQL or the client in here.

export { lineageRun } from './workflows/lineage-run';
export { dataflowRun } from './workflows/dataflow-run';
export type { RunResult } from './workflows/execute-run';
export {
  finishRunUpdate,
  finishSignal,
  heartbeatSignal,
  sourceFinishedSignal,
  startedRunUpdate,
  statusQuery,
} from './workflows/messages';
export type { FinishInfo, JobInput, RunStatus, SourceRun, StartInfo } from './domain/protocol';
export type { StartRequestInput } from './domain/start-request';
export type { FinishRequestInput, JobReportInput } from './domain/finish-request';
