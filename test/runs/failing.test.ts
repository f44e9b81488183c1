// What failed runs give back to the queue: the next run takes it along, and nothing fails for ever because of it.

import { WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { claimedBy, pair, runsOf } from '../support/flow';
import { violations } from '../support/invariants';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { eventually } from '../support/wait';

let lake: Lake;
beforeAll(async () => {
  const badJob = () => Promise.reject(ApplicationFailure.nonRetryable('a poisoned row'));
  lake = await makeLake({ activities: { badJob } });
});
afterAll(async () => {
  expect(await violations(lake.db)).toEqual([]);
  await lake.close();
});

test('a target whose job fails on all that there is tries each part once, and comes to rest', async () => {
  const { coordinator, client } = lake;
  const { target, targetKey, produce } = await pair(lake, 'poisoned', {
    onError: 'release',
    job: { type: 'activity', name: 'badJob' },
    trigger: { mode: 'auto', when: 'any', maxSources: 1 },
  });
  await coordinator.operations.pauseDataflow(target);
  const poisoned = [await produce(), await produce()];
  await coordinator.operations.resumeDataflow(target);
  const isAtRest = async (): Promise<boolean> => {
    try {
      return (await client.workflow.getHandle(`dlc:${targetKey}`).describe()).status.name === 'FAILED';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  await eventually(isAtRest);
  const runs = (await runsOf(lake, target)).reverse();
  expect(runs.map(({ state }) => state)).toEqual(['error', 'error']);
  expect(await Promise.all(runs.map(({ runId }) => claimedBy(lake, runId)))).toEqual(poisoned.map((id) => [id]));
  const ready = await coordinator.fetchReadyDataflowSourceByTargetId(target);
  expect(ready.map(({ sourceRunId }) => sourceRunId)).toEqual(poisoned);
});
