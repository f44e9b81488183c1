// What is refused because its dataflow is off says what can be done about it.

import { dataflowOff } from '../../src/domain/dataflow-off';

test.each([
  ['disabled', "rz:a is disabled: it can't be started. Enable it first."],
  ['retired', "rz:a is retired, for good: it can't be started. Register a new dataflow under another key."],
] as const)('a dataflow that is %s', (status, message) => {
  expect(dataflowOff({ key: 'rz:a', status }, "it can't be started").details).toMatchObject({ field: 'dataflow' });
  expect(dataflowOff({ key: 'rz:a', status }, "it can't be started", { field: 'source' })).toMatchObject({
    code: 'DATAFLOW_DISABLED',
    message,
    details: { dataflow: 'rz:a', status, field: 'source' },
  });
});
