// "Why does it not go on?" where its sources are there, and it is Temporal that tells: a person has paused its workflow, or nobody woke it.

import { pair, runIn } from '../support/flow';
import { makeLake } from '../support/lake';
import type { Lake } from '../support/lake';
import { pauseExecution, unpauseExecution } from '../support/pause';

let lake: Lake;
beforeAll(async () => {
  lake = await makeLake();
});
afterAll(() => lake.close());

test('a waiting run whose workflow is paused in Temporal says by whom, and that it is to be unpaused', async () => {
  const { coordinator } = lake;
  const { target, produce } = await pair(lake, 'waits');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { wait: true });
  await pauseExecution(lake, workflowId);
  await produce();
  const { text, wakeUp, pausedExecution } = await coordinator.why({ runId });
  expect(text).toContain(
    `Its rule is met now: it goes on once somebody unpauses its workflow ${workflowId} in Temporal, where it was paused by ann: a look at it.`,
  );
  expect(wakeUp).toBe('paused');
  expect(pausedExecution).toEqual({ workflowId, by: 'ann', reason: 'a look at it' });
  await unpauseExecution(lake, workflowId);
  expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
  await coordinator.finishDataflowRun('success', runId);
});

test('a run whose deadline is over, or whose dataflow is off, while its workflow is paused says both', async () => {
  const { coordinator, db } = lake;
  const { target, sourceKey } = await pair(lake, 'deadline');
  const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { wait: true, deadline: '1 hour' });
  await pauseExecution(lake, workflowId);
  await db.write('UPDATE dataflow_run SET opened_at = opened_at - INTERVAL 2 HOUR WHERE run_id = ?', [runId]);
  const { text } = await coordinator.why({ runId });
  expect(text).toContain(`it is waiting for ${sourceKey}.`);
  expect(text).toContain(`It need not wait any more: it goes on once somebody unpauses its workflow ${workflowId} in`);
  await coordinator.operations.disableDataflow(target);
  expect((await coordinator.why({ runId })).text).toMatch(
    new RegExp(
      `its dataflow is disabled, so it ends cancelled\\. It need not wait any more: it goes on once .*${workflowId}`,
    ),
  );
  await unpauseExecution(lake, workflowId);
  await runIn(lake, target, 'cancelled');
});

test('a slot whose workflow is paused before it has opened a run says so too', async () => {
  const { coordinator } = lake;
  const taskQueue = `${lake.taskQueue}-later`;
  const { target, targetKey, produce } = await pair(lake, 'idle', { trigger: { mode: 'auto' }, taskQueue });
  await produce();
  const workflowId = `dlc:${targetKey}`;
  await pauseExecution(lake, workflowId);
  const { text, wakeUp } = await coordinator.why({ dataflow: target });
  expect(text).toMatch(
    new RegExp(
      `\\(1 source run ready\\): it goes on once somebody unpauses its workflow ${workflowId} in Temporal, where it was paused by ann: a look at it\\.$`,
    ),
  );
  expect(wakeUp).toBe('paused');
  await lake.client.workflow.getHandle(workflowId).terminate();
});

describe('a waiting run that nothing keeps from starting', () => {
  /** It was let go on behind the back of whoever would wake it. */
  async function unwoken(name: string) {
    const { coordinator, db } = lake;
    const { target, produce } = await pair(lake, name);
    await coordinator.operations.pauseDataflow(target);
    await produce();
    const { runId, workflowId } = await coordinator.startDataflowRunWithId(target, { wait: true });
    await runIn(lake, target, 'waiting');
    await db.write('UPDATE dataflow SET paused_at = NULL WHERE id = ?', [target]);
    const age = async () => {
      await db.write('UPDATE dataflow_queue SET ready_at = ready_at - INTERVAL 1 HOUR WHERE target_dataflow_id = ?', [
        target,
      ]);
      await db.write(
        `UPDATE dataflow_run
         SET opened_at = opened_at - INTERVAL 1 HOUR, waiting_since = waiting_since - INTERVAL 1 HOUR
         WHERE run_id = ?`,
        [runId],
      );
    };
    return { runId, workflowId, age };
  }

  test('is about to, or its wake-up was lost', async () => {
    const { coordinator } = lake;
    const { runId, age } = await unwoken('lost');
    expect((await coordinator.why({ runId })).text).toMatch(/Its rule is met now: it is about to start\.$/);
    await age();
    const { text, wakeUp } = await coordinator.why({ runId });
    expect(text).toMatch(
      /Its rule is met now: its wake-up was lost\. The housekeeper sends another; dlc doctor --heal does so at once\.$/,
    );
    expect(wakeUp).toBe('lost');
    expect((await coordinator.examine({ graceMs: 0 })).findings).toContainEqual(
      expect.objectContaining({ kind: 'lostWakeup', runId }),
    );
  });

  test('is woken just now', async () => {
    const { coordinator, client } = lake;
    const { runId, workflowId, age } = await unwoken('woken');
    await age();
    const { workflowService } = client.connection;
    const describeExecution = workflowService.describeWorkflowExecution.bind(workflowService);
    // Nothing is under way when it is looked at first.
    const looks = jest.spyOn(workflowService, 'describeWorkflowExecution');
    looks.mockImplementationOnce(async (request: Parameters<typeof describeExecution>[0]) => {
      const found = await describeExecution(request);
      await client.workflow.getHandle(workflowId).signal('sourceFinished');
      return found;
    });
    const { text, wakeUp } = await coordinator.why({ runId });
    looks.mockRestore();
    expect(text).toMatch(/Its rule is met now: it is about to start\.$/);
    expect(wakeUp).toBe('underWay');
    expect(await coordinator.waitForDataflowRunStart(runId)).toBe('started');
    await coordinator.finishDataflowRun('success', runId);
  });

  test('and whose workflow is gone says so', async () => {
    const { coordinator, client } = lake;
    const { runId, workflowId, age } = await unwoken('gone');
    await age();
    await client.workflow.getHandle(workflowId).terminate();
    const { text, wakeUp } = await coordinator.why({ runId });
    expect(text).toContain(`Its rule is met now: its workflow ${workflowId} isn't running any more.`);
    expect(wakeUp).toBe('gone');
  });
});
