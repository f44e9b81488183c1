// Lets dataflows look again after a change of the registry. The durable operation begins before the change is committed and goes on
// after it, so that a crash in between loses no wake-up (rule 2).

import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { DataflowId } from '../../domain/ids';
import { MESSAGES } from '../../domain/messages';
import { parseOperation } from '../../domain/operation';
import type { Context } from '../context';
import { startOperation } from '../operate';
import { isGone, toDlcError } from '../temporal-errors';

export interface WakeOptions {
  readonly by: string;
  readonly reason: string | null;
  readonly timeoutMs: number;
}

export class Wake {
  private constructor(
    private readonly context: Context,
    private readonly dataflows: readonly DataflowId[],
    private readonly options: WakeOptions,
    private readonly operation: WorkflowHandle,
  ) {}

  /** It waits for `go`, or a minute. @throws UnavailableError: nothing is to be committed then. */
  static async begin(context: Context, dataflows: readonly DataflowId[], options: WakeOptions): Promise<Wake> {
    return new Wake(context, dataflows, options, await start(context, dataflows, options, true));
  }

  covers(dataflows: readonly DataflowId[]): boolean {
    const own = new Set(this.dataflows);
    return dataflows.every((id) => own.has(id));
  }

  /** After the commit, or when it is uncertain whether there was one: a look too many does no harm. */
  async go(): Promise<void> {
    const { calls, temporal } = this.context;
    const deadline = Date.now() + this.options.timeoutMs;
    try {
      await calls.run(temporal, deadline, 'waking dataflows', () => this.operation.signal(MESSAGES.go));
    } catch (error) {
      // It didn't wait for the commit: what it saw may be what was before. Any other failure is no harm: it won't wait for ever.
      if (isGone(error)) await start(this.context, this.dataflows, this.options, false);
    }
  }
}

async function start(
  context: Context,
  dataflowIds: readonly DataflowId[],
  { by, reason, timeoutMs }: WakeOptions,
  awaitGo: boolean,
): Promise<WorkflowHandle> {
  const operation = { kind: 'wakeDataflows' as const, dataflowIds: [...dataflowIds] };
  const request = parseOperation({ operation, by, reason, awaitGo });
  const doing = 'waking dataflows';
  try {
    return await context.calls.run(context.temporal, Date.now() + timeoutMs, doing, () =>
      startOperation(context, request, randomUUID()),
    );
  } catch (error) {
    throw toDlcError(error, doing);
  }
}
