// The workflow types that a worker registers.

import { dataflowRun as plain } from './dataflow-run';
import { undecodedWorkflow } from './undecoded';

export const dataflowRun = undecodedWorkflow('dataflowRun', plain);
