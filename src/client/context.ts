// What the coordinator's calls work with.

import type { Client } from '@temporalio/client';
import type { Database } from '../store';
import type { SearchAttributes } from '../temporal/search-attributes';
import type { OpenCalls } from './open-calls';

export interface Context {
  readonly db: Database;
  readonly temporal: Client;
  /** Every call to Temporal goes through here. */
  readonly calls: OpenCalls;
  readonly searchAttributes: SearchAttributes;
  /** Where runs of dataflows without a queue of their own are started. */
  readonly taskQueue: string;
  /** Who does what is done, unless a call says otherwise. */
  readonly actor: string;
  /** Zones from low to high; empty: no order. */
  readonly zoneOrder: readonly string[];
}
