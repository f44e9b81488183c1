// What a worker's terminal shows of what the SDK logs.

import { ApplicationFailure } from '@temporalio/common';
import { logLine } from '../../src/cli/worker/log';

const failed = (error: Error) =>
  logLine({ level: 'WARN', message: 'Workflow failed', meta: { workflowId: 'dlc:rz:a', error } });

test('a workflow that answers by failing is no trouble; one that fails otherwise is one line', () => {
  const refused = ApplicationFailure.nonRetryable('rz:a is paused', 'DATAFLOW_DISABLED');
  expect(failed(refused)).toBeUndefined();
  expect(failed(new Error('wrapped', { cause: refused }))).toBeUndefined();
  expect(failed(new TypeError('x is not a function'))).toBe('WARN: Workflow failed: x is not a function (dlc:rz:a)');
  expect(failed(ApplicationFailure.nonRetryable('MySQL is away', 'UNAVAILABLE'))).toContain('MySQL is away');
});

test('an activity that the worker lacks is one short line, without the task', () => {
  const why = 'Activity function clean is not registered on this Worker, available activities: ["a","b"]';
  const meta = { workflowId: 'dlc:rz:a', taskToken: 'x'.repeat(5000), error: new Error(why) };
  expect(logLine({ level: 'ERROR', message: `Error while processing ActivityTask.start: ${why}`, meta })).toBe(
    'ERROR: Error while processing ActivityTask.start: Activity function clean is not registered on this Worker (dlc:rz:a)',
  );
  expect(logLine({ level: 'WARN', message: 'y'.repeat(5000) })).toHaveLength('WARN: '.length + 401);
});
