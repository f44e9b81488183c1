// Who does an operation, and what it did.

import type { RunId } from '../../domain/ids';
import type { OperationResult } from '../../domain/operation';

/** Who does it, why, and under which id. */
export interface Doer {
  readonly operationId: string;
  readonly by: string;
  readonly reason: string | null;
}

/** What one operation did in its transaction. */
export interface Done {
  readonly subject: string;
  readonly result: OperationResult;
  readonly wakeDataflows?: readonly string[];
  readonly wakeTargetsOf?: readonly RunId[];
  /** Keys of dataflows whose schedules end with them. */
  readonly deleteSchedulesOf?: readonly string[];
}
