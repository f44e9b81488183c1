// The workflow types that a worker registers.

import { dataflowBackfill as plainBackfill } from './dataflow-backfill';
import { dataflowOperation as plainOperation } from './dataflow-operation';
import { dataflowReplay as plainReplay } from './dataflow-replay';
import { dataflowRun as plain } from './dataflow-run';
import { undecodedWorkflow } from './undecoded';

export { lineageHealing, lineageHousekeeper } from './housekeeper';

export const dataflowBackfill = undecodedWorkflow('dataflowBackfill', plainBackfill);
export const dataflowOperation = undecodedWorkflow('dataflowOperation', plainOperation);
export const dataflowReplay = undecodedWorkflow('dataflowReplay', plainReplay);
export const dataflowRun = undecodedWorkflow('dataflowRun', plain);
