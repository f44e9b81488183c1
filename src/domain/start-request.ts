// What starts a run: the input of the workflow type `dataflowRun` and of every workflow wrapped with `lineageRun`.

import { z } from 'zod';
import type { DataflowId } from './ids';
import { dataflowId } from './ids';
import { InvalidArgumentError } from './errors';
import { parseKey } from './key';
import { flag, jsonObject, oneOf, optional, parseInput, text, unpadded } from './parse';
import { checkPartitionKey } from './partition';
import type { JsonObject } from './json';
import { checkSize, DEPENDENCY_CHECKS, ruleOr } from './rule';
import { RERUN_CAUSES } from './model';
import { policyFields, wholeNumber } from './start/policy';
import type { WaitReason } from './start/wait-reason';
import { duration } from './job';
import type { Job } from './job';

const RUN_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Fields of a start and of a finish alike: kept on the run for whoever looks for it later. */
export const noteFields = {
  /** The run's own configuration; the job gets it. */
  config: optional(jsonObject('config')),
  /** Where the data came from, step by step. */
  breadcrumb: optional(jsonObject('breadcrumb')),
  metadata: optional(jsonObject('metadata')),
  /** The external job's own name for this run, and a link to its log. */
  externalJobRunKey: optional(text('externalJobRunKey', 255)),
  externalJobLogLink: optional(text('externalJobLogLink', 2048)),
  /** The external ETL process's name, and a link to its log. */
  externalProcessKey: optional(text('externalProcessKey', 255)),
  externalProcessLogLink: optional(text('externalProcessLogLink', 2048)),
};

/** A source run, the run that takes its place, and the partitions of it of which that isn't so. */
const replacedSchema = z.object({
  runId: text('runId', 36),
  by: text('by', 36),
  except: optional(z.array(text('Each of except', 480)).readonly()),
});

const startRequestSchema = z.object(
  {
    /** The dataflow's key, or its id. */
    dataflow: z.union([z.string(), z.number().int()], 'dataflow must be a key such as rz:billing4:acme, or an id.'),
    /** The slot's partition where the dataflow runs per partition; else the partition that this run will write. */
    partitionKey: optional(text('partitionKey', 480)),
    /** In one word, or a nested rule. Default: the dataflow's own. */
    dependencyCheck: optional(ruleOr('dependencyCheck', DEPENDENCY_CHECKS)),
    specificSources: optional(
      z.array(text('Each of specificSources', 480), 'specificSources must be an array of ids, keys or runIds.'),
    ),
    /** Default false: a rule that isn't met refuses the start. */
    wait: optional(flag('wait')),
    /** Set by a backfill or a replay: it waits for a place and for the end of a pause; for its sources only if `wait` says so. */
    waitForPlace: optional(flag('waitForPlace')),
    /** Among slots that wait for a place, the highest goes first. Default 0. */
    priority: optional(wholeNumber('priority', -1_000_000)),
    /** For this run instead of the dataflow's own. */
    maxSources: policyFields('').maxSources,
    deadline: policyFields('').deadline,
    startBy: policyFields('').startBy,
    /** A lease: a run with an external job that sends no heartbeat for this long has failed (LEASE_EXPIRED). */
    heartbeatTimeout: optional(duration('heartbeatTimeout')),
    /** The same start asked for twice under one requestId opens one run. */
    requestId: optional(unpadded('requestId', 64)),
    /** Set by a trigger: a finished source asked, no person; a request with nothing to do is forgotten. */
    triggered: optional(flag('triggered')),
    /** Set by a run that continues as new while it waits: it goes on as this run. */
    continuedRunId: optional(
      text('continuedRunId', 36).regex(RUN_ID, 'continuedRunId must be a runId: the one that the start returned.'),
    ),
    /** Set beside it: the run's job as it was opened. Earlier versions left it out. */
    continuedJob: optional(z.custom<Job>()),
    /** The run whose sources this one consumes once more, and why; set by `retry` and `replay`. */
    rerunOf: optional(text('rerunOf', 36).regex(RUN_ID, 'rerunOf must be a runId.')),
    cause: optional(oneOf('cause', RERUN_CAUSES)),
    /** Who asked for it, and why; kept with the run's events. */
    by: optional(text('by', 255)),
    reason: optional(text('reason', 4096)),
    /** Set by a backfill or a replay: what the run leaves for its targets is theirs only once that lets go of it. */
    withholdBy: optional(text('withholdBy', 64)),
    /** Set by a replay: source runs that were run once more before this one. */
    replaced: optional(z.array(replacedSchema, 'replaced must be an array.')),
    /** Set by a schedule, and resolved by the run that it starts (see schedule/request). */
    scheduled: optional(z.custom<JsonObject>()),
    ...noteFields,
  },
  'The request must be an object such as { "dataflow": "rz:billing4:acme" }.',
);

/** A start request as its sender writes it: everything but `dataflow` may be left out. */
export type StartRequestInput = z.input<typeof startRequestSchema>;
export type StartRequest = z.output<typeof startRequestSchema>;

/** @throws InvalidArgumentError */
export function parseStartRequest(value: unknown): StartRequest {
  const request = parseInput(startRequestSchema, value, 'The start');
  if (request.partitionKey !== null) checkPartitionKey(request.partitionKey);
  dataflowRef(request.dataflow);
  const { dependencyCheck: check } = request;
  const specific = check === 'sourceIds' || check === 'sourceRunIds';
  if (specific !== (request.specificSources !== null && request.specificSources.length > 0)) {
    throw new InvalidArgumentError(
      specific
        ? `dependencyCheck: '${check}' needs specificSources, with at least one entry.`
        : `specificSources goes with dependencyCheck: 'sourceIds' or 'sourceRunIds' only.`,
      { field: 'specificSources' },
    );
  }
  if (request.specificSources !== null) checkSize(request.specificSources, 'specificSources');
  return request;
}

/** What a start waits for, of all that it may lack; and what it needs to know when that has come. */
export type Patience = Pick<StartRequestInput, 'wait' | 'waitForPlace' | 'replaced'>;

export function waitsFor({ wait, waitForPlace }: Patience, { for: lacking }: WaitReason): boolean {
  return wait === true || (waitForPlace === true && (lacking === 'place' || lacking === 'pause'));
}

/** A dataflow is named by its id (digits) or by its key. */
export type DataflowRef = { readonly id: DataflowId } | { readonly key: string };

/** @throws InvalidArgumentError for what is neither. */
export function dataflowRef(dataflow: string | number): DataflowRef {
  const name = String(dataflow);
  if (/^\d{1,20}$/.test(name)) return { id: dataflowId(name) };
  parseKey(name);
  return { key: name };
}

/** What a trigger asks for: a run of the slot, which may wait. `slot`: `''` unless the dataflow runs per partition. */
export function triggeredRequest(dataflow: string | number, slot: string): StartRequestInput {
  return { dataflow, partitionKey: slot || null, wait: true, triggered: true };
}
