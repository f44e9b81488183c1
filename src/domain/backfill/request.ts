// What a backfill is asked for.

import { z } from 'zod';
import { flag, oneOf, optional, parseInput, text } from '../parse';
import { ruleOr } from '../rule';
import { dataflowRef } from '../start-request';
import type { StartRequestInput } from '../start-request';
import { policyFields, wholeNumber } from '../start/policy';
import { holder } from '../withheld';
import { BACKFILL_RERUNS } from './plan';
import type { Planned } from './plan';
import { progressSchema } from './progress';
import { partitionsOfRange } from './range';

/**
 * What its runs leave for their targets. `normal`: at once, as any run. `coalesce`: when the backfill has ended, so that a target
 * that doesn't run per partition runs once for all. `quiet`: never, nobody starts because of them.
 */
export const DOWNSTREAMS = ['normal', 'coalesce', 'quiet'] as const;
export type Downstream = (typeof DOWNSTREAMS)[number];

const withDefault = <T extends z.ZodType>(schema: T, value: z.output<T>) =>
  schema.nullish().transform((given) => given ?? value);

const schema = z.object(
  {
    /** The dataflow's key, or its id. */
    dataflow: z.union([z.string(), z.number().int()], 'dataflow must be a key such as rz:billing4:acme, or an id.'),
    /** First and last period: `2019-01-01`, or `2019-01` for all days of that month. */
    from: text('from', 32),
    to: text('to', 32),
    /** How its partitions are named. Default, by the form of `from`: `date={day}`, `hour={hour}`, `month={month}` … */
    partition: optional(text('partition', 480)),
    /** Runs at once; no more than the dataflow's `maxConcurrentRuns`. Default 4. */
    limit: withDefault(wholeNumber('limit', 1, 500), 4),
    downstream: withDefault(oneOf('downstream', DOWNSTREAMS), 'normal' as const),
    rerun: withDefault(oneOf('rerun', BACKFILL_RERUNS), 'missing' as const),
    /** Its runs wait for their sources. Default: for a place and the end of a pause; one that isn't ready is told, and left out. */
    wait: optional(flag('wait')),
    dependencyCheck: optional(ruleOr('dependencyCheck', ['all', 'any', 'ignore'])),
    priority: optional(wholeNumber('priority', -1_000_000)),
    deadline: policyFields('').deadline,
    by: text('by', 255),
    reason: optional(text('reason', 4096)),
    /** Partitions that one execution of its workflow deals with, before it goes on with an empty history. */
    partitionsPerExecution: withDefault(wholeNumber('partitionsPerExecution', 1), 400),
    /** Set by itself as it goes on: how far it is. */
    progress: optional(progressSchema),
  },
  'A backfill must be an object such as { "dataflow": "rz:orders", "from": "2019-01-01", "to": "2019-01-31", "by": "ops" }.',
);

export type BackfillRequestInput = z.input<typeof schema>;
export type BackfillRequest = z.output<typeof schema>;

/** @throws InvalidArgumentError */
export function parseBackfill(value: unknown): BackfillRequest {
  const request = parseInput(schema, value, 'The backfill');
  dataflowRef(request.dataflow);
  partitionsOfRange(request);
  return request;
}

/** Letters of the ID: it is part of what queue rows are withheld by. */
export const BACKFILL_ID = /^[\w.-]{1,50}$/;
export const backfillWorkflowId = (id: string): string => `dlc-backfill:${id}`;
export const backfillIdOf = (workflowId: string): string => workflowId.replace(/^dlc-backfill:/, '');

/** Who keeps back what its runs leave; null: nobody does. */
export function backfillHolder(id: string, downstream: Downstream): string | null {
  switch (downstream) {
    case 'normal':
      return null;
    case 'coalesce':
      return holder('backfill', id);
    case 'quiet':
      return holder('quiet', id);
  }
}

/** The start of one of its runs: whoever has its places, or paused its dataflow, only puts it off. */
export function backfillStart(
  request: BackfillRequest,
  key: string,
  withholdBy: string | null,
  { partitionKey, rerunOf, cause }: Extract<Planned, { action: 'run' }>,
): StartRequestInput {
  const { wait, dependencyCheck, priority, deadline, by, reason } = request;
  // A rerun consumes what the run before had consumed.
  const own = cause === null ? { wait, dependencyCheck } : { rerunOf, cause };
  const given = Object.entries({ ...own, priority, deadline, by, reason, withholdBy });
  return {
    dataflow: key,
    partitionKey,
    waitForPlace: true,
    ...(Object.fromEntries(given.filter(([, value]) => value !== null)) as Partial<StartRequestInput>),
  };
}
