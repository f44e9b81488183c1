// The workflow types that a worker registers.

export { dataflowRun } from './dataflow-run';
