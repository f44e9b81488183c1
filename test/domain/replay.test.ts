// What a replay's plan and its outcome may be at most: both travel whole, and Temporal takes 2 MB at a time.

import { brief } from '../../src/domain/brief';
import { runId } from '../../src/domain/ids';
import { checkPlan, MAX_REPLAY_STEPS, outcomeOf } from '../../src/domain/replay';
import type { ReplayStep, StepOutcome } from '../../src/domain/replay';

const id = (number: number) => runId(`${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`);

/** Hours of a month, and a step for each of `days` that consumed all of them. */
function hours(days: number): ReplayStep[] {
  const all = Array.from({ length: 720 }, (_, number) => number);
  return [...all, ...Array.from({ length: days }, (_, day) => 720 + day)].map((number) => ({
    ...{ runId: id(number), dataflow: 'sz:billing4:acme', slot: '', partitionKey: null },
    ...{ workflowType: null, taskQueue: null, cause: 'replay' },
    after: number < 720 ? [] : all,
    sources: number < 720 ? [] : all.map((step) => ({ runId: id(step), step })),
  }));
}

test('a plan whose runs consumed too many of one another is refused, and told so', () => {
  expect(() => {
    checkPlan(hours(10));
  }).not.toThrow();
  expect(() => {
    checkPlan(hours(45));
  }).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      details: { field: 'runId' },
      message: expect.stringContaining('765 runs were made of it, which consumed one another 32,400 times'),
    }),
  );
});

test('an outcome travels, whatever goes wrong with its steps', () => {
  const message = brief('\u0000'.repeat(250_000));
  const steps = Array.from({ length: MAX_REPLAY_STEPS }, (_, number): StepOutcome => ({
    ...{ runId: id(number), dataflow: 'd'.repeat(370), partitionKey: null, state: 'failed', as: id(number) },
    message,
  }));
  const outcome = outcomeOf('replay', steps);
  expect(JSON.stringify(outcome).length).toBeLessThan(1_700_000);
  expect(outcome.steps[99]).toMatchObject({ message });
  expect(outcome.steps[100]).toMatchObject({ message: 'See the workflow whose ID ends in :100.' });
});

test('what needs no words costs none', () => {
  const step = { runId: id(1), dataflow: 'd', partitionKey: null, as: null } as const;
  const skipped: StepOutcome = { ...step, state: 'skipped', message: 'What it consumes was not replayed.' };
  const steps = [
    ...Array.from({ length: 200 }, () => skipped),
    { ...step, state: 'failed', message: 'broken' } as const,
  ];
  expect(outcomeOf('replay', steps)).toEqual({ replayId: 'replay', steps });
});
