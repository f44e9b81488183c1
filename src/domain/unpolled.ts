// Which task queues dataflows need: for their runs, and for their jobs.

import type { Dataflow } from './model';

export interface UnpolledQueue {
  readonly taskQueue: string;
  readonly polledFor: 'workflows' | 'activities';
  /** Keys of the dataflows that need it. */
  readonly dataflows: readonly string[];
}

/** `usual`: where runs of dataflows without a queue of their own are started. */
export function neededQueues(dataflows: readonly Dataflow[], usual: string): UnpolledQueue[] {
  const needed = new Map<string, UnpolledQueue & { readonly dataflows: string[] }>();
  for (const { key, status, job, taskQueue } of dataflows) {
    if (status !== 'enabled') continue;
    const own = taskQueue ?? usual;
    const ofJob = job.type === 'external' ? [] : [of(job.taskQueue ?? own, job.type)];
    for (const queue of [of(own, 'workflow'), ...ofJob]) {
      const name = `${queue.polledFor} ${queue.taskQueue}`;
      const known = needed.get(name) ?? { ...queue, dataflows: [] };
      if (known.dataflows.at(-1) !== key) known.dataflows.push(key);
      needed.set(name, known);
    }
  }
  return [...needed.values()];
}

const of = (taskQueue: string, type: 'workflow' | 'activity') =>
  ({ taskQueue, polledFor: type === 'workflow' ? 'workflows' : 'activities' }) as const;

/** One line for people. */
export function describeUnpolled({ taskQueue, polledFor, dataflows: [first = '', ...more] }: UnpolledQueue): string {
  const others = more.length > 0 ? ` and ${String(more.length)} more` : '';
  return `No worker polls task queue ${taskQueue} for ${polledFor}: nothing of ${first}${others} goes on there.`;
}
