// What the activities need from the worker that runs them.

import type { Client } from '@temporalio/client';
import type { SearchAttributes } from '../temporal/search-attributes';
import type { Database } from '../store';
import type { Transaction } from './attempt';

export interface Housekeeping {
  /** Milliseconds between two looks over the lake. */
  readonly intervalMs: number;
  /** What is younger, in milliseconds, is left alone: it may be in the middle of something. */
  readonly graceMs: number;
  /** Milliseconds between two looks at whether a worker holds it: one that none holds at two of them is taken over. */
  readonly takeOverMs: number;
}

export const HOUSEKEEPING: Housekeeping = { intervalMs: 30_000, graceMs: 15_000, takeOverMs: 30_000 };

export interface Deps {
  readonly db: Database;
  /** The worker's own client, which knows its namespace and credentials. */
  readonly client: () => Client;
  readonly searchAttributes: SearchAttributes;
  /** Default: HOUSEKEEPING. */
  readonly housekeeping?: Housekeeping;
  readonly warn: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** What one attempt of an activity needs. */
export interface AttemptDeps extends Deps {
  /** Every write goes through here. */
  readonly transaction: Transaction;
}

/** The execution that an activity works for. */
export interface Execution {
  readonly workflowId: string;
  /** The Temporal run ID of now: after a continue-as-new it isn't the run's `runId`. */
  readonly runId: string;
  readonly workflowType: string;
  readonly taskQueue: string;
}
