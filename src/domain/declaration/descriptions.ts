// What each field of `dlc.yaml` is for, as editors show it.

import { SCHEDULE } from './schedule-descriptions';

const TASK_QUEUE = "Its task queue. Default: the run's own.";
const JOB_NAME = 'Its name (an activity) or its type (a workflow), in any language.';

const TRIGGER = {
  '': 'When it starts.',
  mode: 'manual (default): somebody starts it. auto: a finished source does.',
  when: 'Which of its sources must have something ready: all (default), any, or a nested rule.',
  debounce: 'A triggered run starts once no source run has come in for this long, for example 5 min.',
  maxWait: '… or once the first one is this old. Only with debounce.',
  maxSources: 'Source runs that one run consumes at most; the rest is for the next run.',
  deadline: 'How long a run may wait, since it opened: it then ends expired, or starts with what is there.',
  'deadline.after': 'For example 6 hours.',
  'deadline.action': 'expire (default), or start with what is there.',
  startBy: "A run that hasn't started by then, since it opened, is told of, and waits on.",
};

const JOB = {
  '': 'What does the work between the start of a run and its end. Default: external.',
  type: 'external: somebody reports the end. activity, workflow: Temporal runs it.',
  name: JOB_NAME,
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: "One attempt's longest time. Default: one day.",
  heartbeatTimeout: 'A run or an activity that sends no heartbeat for this long has failed.',
  workflowExecutionTimeout: "The workflow's longest time, retries included. Default: none.",
  retry: 'How often and how soon a failed attempt is repeated.',
  'retry.maximumAttempts': 'Attempts at most.',
  'retry.initialInterval': 'Before the second attempt. Default: 1 second.',
  'retry.maximumInterval': 'Between two attempts at most.',
  'retry.backoffCoefficient': 'By how much an interval is longer than the one before.',
};

const DATAFLOW = {
  '': 'A dataflow; its key is zone:modelName[:modelKey[:modelSecKey]].',
  partitioned: 'true: one open run per partition, instead of one. It stays what it was at first.',
  maxConcurrentRuns: 'Runs at once, over all partitions. Default: one a partition.',
  slotOrder:
    'Which waiting partition gets the next place: the one that was ready first (default), the oldest, the newest.',
  onError:
    'hold (default): a failed run keeps what it consumed until it is retried. release: that goes back to the queue.',
  workflowType: 'The workflow that a trigger starts, where it is your own.',
  taskQueue: "Where it runs. Default: the triggering worker's queue.",
  displayName: 'What people call it.',
  description: 'What it is for.',
  config: 'What its jobs get.',
  sources: 'The dataflows that it consumes: their keys, or a map from key to how their partitions map to its own.',
  'sources.*': 'A source, by its key.',
  schedule: 'Its usual schedule: a run opens by the clock, and then waits for its sources.',
  schedules: 'Further ones, by their names. {} ends all of them; where nothing is said of schedules, they stay.',
  'schedules.*': 'A schedule, by its name.',
  'sources.*.partition':
    "How a source run's partition maps to the target's: same, hour→day, month->day as date, keep:date, …; all or none for a target that isn't partitioned.",
};

const under = (prefix: string, fields: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(fields).map(([name, text]) => [name === '' ? prefix : `${prefix}.${name}`, text]);

/** By path; `*` stands for any key, and for any part of a list. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = Object.fromEntries([
  ['version', 'The version of the form of this file.'],
  ['zoneOrder', 'Zones from low to high: sources against it are refused.'],
  ['zoneOrder.*', 'A zone.'],
  ['dataflows', 'By their keys. One that is not here is left alone, unless it is pruned.'],
  ...under('dataflows.*', DATAFLOW),
  ...under('dataflows.*.trigger', TRIGGER),
  ...under('dataflows.*.job', JOB),
  ...under('dataflows.*.schedule', Object.fromEntries(SCHEDULE)),
  ...under('dataflows.*.schedules.*', Object.fromEntries(SCHEDULE)),
]);
