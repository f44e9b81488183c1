// A user who passes ours on, beside one of their own.

export { dataflowRun } from '../../../src/workflow';

export async function fromFile(): Promise<string> {
  return 'from the file';
}
