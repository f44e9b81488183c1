// What the simulated Temporal promises, shown on workflows of a few lines.

import './temporal/globals';
import { condition, defineSignal, defineUpdate, setHandler, sleep } from '@temporalio/workflow';
import type { Execution } from './temporal/execution';
import { Simulation } from './temporal/simulation';

jest.mock('node:timers/promises', () => jest.requireActual<object>('./temporal/pauses'));

let outside = 0;

const workflows = {
  /** Ends when it is told to, with all that it was told. */
  listener: async (): Promise<string[]> => {
    const heard: string[] = [];
    setHandler(defineSignal<[string]>('say'), (word) => void heard.push(word));
    setHandler(defineUpdate<number, [string]>('ask'), (word) => heard.push(word));
    await condition(() => heard.includes('end'));
    return heard;
  },
  /** Looks at what it mustn't. */
  fickle: async (): Promise<void> => {
    if (outside++ === 0) await sleep('1 day');
    await condition(() => false);
  },
};

const simulate = (): Simulation => {
  const simulation = new Simulation({ workflows, seed: 1, startTime: 0 });
  simulation.register({});
  return simulation;
};

const rest = async (simulation: Simulation): Promise<void> => {
  while (await simulation.step(0));
};

const start = { workflowId: 'w', taskQueue: 'q', args: [] };

test('an update asked for twice by one ID is handled once, and both get the answer', async () => {
  const simulation = simulate();
  const answers: unknown[] = [];
  simulation.act('caller', async () => {
    const handle = await simulation.client.workflow.start('listener', start);
    const ask = (): Promise<unknown> => handle.executeUpdate('ask', { args: ['a'], updateId: 'one' });
    answers.push(...(await Promise.all([ask(), ask()])));
    answers.push(await ask());
  });
  await rest(simulation);
  expect(answers).toEqual([1, 1, 1]);
});

test('a signal that comes while the execution closes is told before it closes', async () => {
  const simulation = simulate();
  let result: unknown;
  simulation.act('caller', async () => {
    const handle = await simulation.client.workflow.start('listener', start);
    await handle.signal('say', 'end');
    result = await handle.result();
  });
  const execution = (): Execution => simulation.server.find('w');
  while (!simulation.trace.some((line) => line.startsWith('task of'))) await simulation.step(0);
  simulation.server.signal(execution(), 'say', []);
  await rest(simulation);
  expect(result).toHaveLength(2);
});

test('a worker that is killed loses what it has not answered, and nothing else', async () => {
  const simulation = simulate();
  let result: unknown;
  simulation.act('caller', async () => {
    const handle = await simulation.client.workflow.start('listener', start);
    await handle.executeUpdate('ask', { args: ['first'] });
    await handle.signal('say', 'end');
    result = await handle.result();
  });
  // Whatever it does, it is killed before it can answer twice.
  for (let i = 0; await simulation.step(0); i++) if (i < 20 && i % 4 === 3) simulation.killWorker();
  expect(simulation.kills).toBeGreaterThan(0);
  expect(result).toEqual(['first', 'end']);
});

test('a workflow that asks for something else in its replay fails loudly', async () => {
  const simulation = simulate();
  simulation.act('caller', async () => {
    await simulation.client.workflow.start('fickle', start);
  });
  while (simulation.server.executions[0]?.history.length !== 1) await simulation.step(0);
  simulation.killWorker();
  await expect(rest(simulation)).rejects.toThrow("isn't deterministic: it asked for [startTimer], and now for []");
});
