// Runs that are under way while a new version is deployed must go on: every recorded history replays without a difference.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { LineagePlugin } from '../../src';
import { makeLake } from '../support/lake';
import { quiet } from '../support/quiet';
import { setting } from '../support/settings';
import { HISTORIES, recordMissing } from './record';
import { stories } from './stories';

interface History {
  readonly events: readonly [{ readonly workflowExecutionStartedEventAttributes: { readonly workflowId?: string } }];
}

beforeAll(quiet);

const activities = {
  echoJob: async () => ({ recordCount: 3 }),
  brokenJob: async () => {
    throw ApplicationFailure.nonRetryable('no such bucket', 'NoSuchBucket');
  },
};

if (process.env['DLC_RECORD']) {
  test('missing histories are recorded', async () => {
    const lake = await makeLake({ activities });
    await recordMissing(lake);
    await lake.close();
  });
}

test('there is a history for every story', () => {
  expect(readdirSync(HISTORIES).sort()).toEqual(
    Object.keys(stories)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

test.each(Object.keys(stories))('the history %s replays', async (name) => {
  await replay(readFileSync(join(HISTORIES, `${name}.json`), 'utf8'));
});

test('a history that no version of ours can have made is found out', async () => {
  const text = readFileSync(join(HISTORIES, 'activity-job.json'), 'utf8');
  expect(text).toContain('"echoJob"');
  await expect(replay(text.replaceAll('"echoJob"', '"otherJob"'))).rejects.toThrow('otherJob');
});

async function replay(history: string): Promise<void> {
  const parsed = JSON.parse(history) as History;
  await Worker.runReplayHistory(
    {
      workflowBundle: { codePath: setting('DLC_TEST_BUNDLE') },
      plugins: [new LineagePlugin({ mysql: setting('DLC_TEST_MYSQL_URL') })],
    },
    parsed,
    // A workflow may make names of its own out of its ID.
    parsed.events[0].workflowExecutionStartedEventAttributes.workflowId,
  );
}
