// What people do to dataflows, relations, zones and runs. Each is done once, by somebody, at a time, for a reason, and kept.

import { z } from 'zod';
import type { Relation } from './model';
import { FINISH_STATUSES } from './run-state';
import { oneOf, optional, parseInput, text, unpadded } from './parse';
import { isPassing } from './withheld';
import { wholeNumber } from './start/policy';

/** What becomes of queue rows that a suspended relation's source leaves meanwhile. */
export const SUSPEND_BACKLOGS = ['keep', 'skip'] as const;
export type SuspendBacklog = (typeof SUSPEND_BACKLOGS)[number];

/** What has gathered is consumed by one run, or by one run for each source run, or by none. */
export const RESUME_BACKLOGS = ['together', 'oneByOne', 'skip'] as const;
export type ResumeBacklog = (typeof RESUME_BACKLOGS)[number];

const suspendBacklog = oneOf('backlog', SUSPEND_BACKLOGS)
  .nullish()
  .transform((backlog) => backlog ?? ('keep' as const));
/** Null: as an earlier resume chose, and where none did, together. */
const resumeBacklog = oneOf('backlog', RESUME_BACKLOGS)
  .nullish()
  .transform((backlog) => backlog ?? null);

const relationId = text('relationId', 20);
const dataflowId = text('dataflowId', 20);
const zone = unpadded('zone', 480);
const runId = text('runId', 36);

const operation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('suspendRelation'), relationId, backlog: suspendBacklog }),
  z.object({ kind: z.literal('resumeRelation'), relationId, backlog: resumeBacklog }),
  z.object({ kind: z.literal('terminateRelation'), relationId }),
  z.object({ kind: z.literal('pauseDataflow'), dataflowId }),
  z.object({ kind: z.literal('resumeDataflow'), dataflowId, backlog: resumeBacklog }),
  z.object({ kind: z.literal('pauseZone'), zone }),
  z.object({ kind: z.literal('resumeZone'), zone, backlog: resumeBacklog }),
  z.object({ kind: z.literal('disableDataflow'), dataflowId }),
  z.object({ kind: z.literal('enableDataflow'), dataflowId }),
  z.object({ kind: z.literal('retireDataflow'), dataflowId }),
  z.object({ kind: z.literal('clearRun'), runId }),
  /** Also where its workflow is gone, which can't be asked to end it. */
  z.object({ kind: z.literal('cancelRun'), runId }),
  z.object({ kind: z.literal('cancelBackfill'), backfillId: text('backfillId', 50) }),
  z.object({
    kind: z.literal('acceptRun'),
    runId,
    /** What a finish takes: it comes after the lease. */
    finish: z.looseObject({ status: oneOf('status', FINISH_STATUSES) }),
  }),
  z.object({ kind: z.literal('prioritizeRun'), runId, priority: wholeNumber('priority', -1_000_000) }),
  /** What a backfill has kept back for its targets is theirs: it has ended. */
  z.object({
    kind: z.literal('releaseWithheld'),
    holder: text('holder', 64).refine(isPassing, 'holder must be that of a backfill or a replay: backfill:ID.'),
  }),
  /** Looks at what is ready for them, after something changed that no source run told of. */
  z.object({ kind: z.literal('wakeDataflows'), dataflowIds: z.array(dataflowId) }),
]);

/** Who does it, and why; both are kept. */
const who = { by: text('by', 255), reason: optional(text('reason', 4096)) };
const givenWho = z.object({ by: optional(who.by), reason: who.reason });

const requestSchema = z.object(
  {
    operation,
    ...who,
    /** Wait for the signal `go`, for a minute at most: the change isn't committed yet, but it may be before its maker dies. */
    awaitGo: optional(z.boolean()),
  },
  'An operation must be an object such as { "operation": { "kind": "pauseZone", "zone": "rz" }, "by": "ops" }.',
);

export type Operation = z.output<typeof operation>;
export type OperationInput = z.input<typeof operation>;
export type OperationKind = Operation['kind'];
export type OperationRequest = z.output<typeof requestSchema>;

/** As an argument of its call, whatever it travels in. */
const argument = (path: readonly string[]): string => path.join('.').replace(/^operation\.(finish\.)?/, '');

/** @throws InvalidArgumentError */
export function parseOperation(value: unknown): OperationRequest {
  return parseInput(requestSchema, value, 'The operation', argument);
}

/** By itself, for what is no operation or may have nothing to do. @throws InvalidArgumentError for what can't be kept. */
export function checkWho(given: { readonly by?: string | undefined; readonly reason?: string | undefined }): void {
  parseInput(givenWho, given, 'The operation');
}

/** What it did; plain JSON. */
export interface OperationResult {
  /** False: it was so already. */
  readonly changed: boolean;
  /** Queue rows that it skipped. */
  readonly skipped?: number;
  /** Of a resume: what has gathered is consumed so; left out where that is for the last resume to say. */
  readonly backlog?: ResumeBacklog | SuspendBacklog;
  /** Of a resume: what pauses still, a dataflow by its key or `zone ZONE`. A hundred at most. */
  readonly stillPaused?: readonly string[];
  /** Of a resume that names no backlog: relations for which an earlier one chose. */
  readonly chosenBefore?: number;
  /** What else there is to say, for example the state that a run had. */
  readonly [detail: string]: unknown;
}

/** What it has to be followed by, once it is committed. */
export interface OperationDone {
  readonly result: OperationResult;
  /** Dataflows whose slots look again. */
  readonly wakeDataflows: readonly string[];
  /** Runs whose targets are woken. */
  readonly wakeTargetsOf: readonly string[];
  /** Dataflows, by their keys, whose schedules are deleted. Histories of earlier versions don't have it. */
  readonly deleteSchedulesOf?: readonly string[];
}

/** How a relation is named as an operation's subject. */
export const relationTitle = ({ sourceKey, targetKey }: Pick<Relation, 'sourceKey' | 'targetKey'>): string =>
  `${sourceKey} → ${targetKey}`;

/** One line for the Temporal UI. */
export function describeOperation({ operation: { kind, ...subject }, by, reason }: OperationRequest): string {
  const [of] = Object.values(subject) as unknown[];
  const named = Array.isArray(of) ? `${String(of.length)} dataflows` : String(of);
  return `${kind} ${named} by ${by}${reason === null ? '' : `: ${reason}`}`.slice(0, 190);
}
