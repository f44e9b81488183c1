// What an operation is refused for is named as its caller names it.

import { parseOperation } from '../../src/domain/operation';

const finish = (report: object) => ({ kind: 'acceptRun', runId: 'r', finish: report });

test.each([
  [{ kind: 'prioritizeRun', runId: 'r', priority: 1e9 }, 'priority'],
  [{ kind: 'pauseZone', zone: '' }, 'zone'],
  [{ kind: 'suspendRelation', relationId: '1', backlog: 'drop' }, 'backlog'],
  [finish({ status: 'done' }), 'status'],
  [{ kind: 'acceptRun', runId: 'r', finish: 7 }, 'finish'],
  [{ kind: 'forget' }, 'kind'],
  [7, 'operation'],
])('%j: %s', (operation, field) => {
  expect(() => parseOperation({ operation, by: 'ann' })).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      details: expect.objectContaining({ field, problems: [expect.objectContaining({ field })] }) as object,
    }) as Error,
  );
});

test('who does it is named too, and a bound is written like the other', () => {
  const operation = { kind: 'prioritizeRun', runId: 'r', priority: 1 };
  expect(() => parseOperation({ operation, by: '' })).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ field: 'by' }) as object }) as Error,
  );
  expect(() => parseOperation({ operation: { ...operation, priority: 1e9 }, by: 'ann' })).toThrow(
    'The operation is refused: priority must be a whole number from -1,000,000 to 1,000,000. Got 1000000000.',
  );
});
