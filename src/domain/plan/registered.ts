// What a plan starts from.

import type { Dataflow, Relation } from '../model';
import type { RegisteredSchedules } from './schedules';

/** All dataflows, and the relations that aren't terminated. */
export interface Registered {
  readonly dataflows: readonly Dataflow[];
  readonly relations: readonly Relation[];
  /** Undefined: nobody asked Temporal, or it isn't there. */
  readonly schedules?: RegisteredSchedules | undefined;
}
