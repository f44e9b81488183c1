// What `dlc up` was asked for.

import type { OutputOptions } from '../output';

export interface UpOptions extends OutputOptions {
  readonly data?: string;
  readonly ephemeral?: boolean;
  /** False with --no-worker. */
  readonly worker: boolean;
  readonly namespace?: string;
  readonly taskQueue?: string;
  /** 0 or left out: any free one. */
  readonly temporalPort?: number;
  readonly temporalHttpPort?: number;
  readonly temporalUiPort?: number;
  readonly mysqlPort?: number;
}
