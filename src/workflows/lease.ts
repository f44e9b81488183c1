// The lease of a run whose job is external: it promised heartbeats, and one that sends none for too long has failed. Timers and
// heartbeats are Temporal's; MySQL is told now and then, so that people can see that it lives.

import { condition, patched } from '@temporalio/workflow';
import type { RunReport } from '../activities';
import { showDuration } from '../domain/duration';
import { failureReport } from '../domain/finish-request';
import { LEASE_EXPIRED } from '../domain/messages';
import { heartbeat } from './activities';
import type { RunSession } from './session';

/** A run that went on under another execution used to write down nothing there before half of its lease was over. */
const WRITES_AT_ONCE = 'lease-writes-at-once';

export class Lease {
  private readonly timeoutMs: number | null;
  private writtenAt = Date.now();

  constructor(private readonly session: RunSession) {
    // Histories of earlier versions don't have it.
    this.timeoutMs = session.run.heartbeatTimeoutMs ?? null;
    session.heartbeatAt = Date.now();
    // Its lease starts anew, and MySQL is to know: what it was told last is of an earlier execution, and may be old.
    if (session.isContinued && this.timeoutMs !== null && patched(WRITES_AT_ONCE)) this.writtenAt = 0;
  }

  get isOver(): boolean {
    return this.remainingMs <= 0;
  }

  get expiry(): RunReport {
    const silence = showDuration(this.timeoutMs ?? 0);
    return { ...failureReport(`No heartbeat came for ${silence}: its lease has expired.`), errorCode: LEASE_EXPIRED };
  }

  /** Until `isReady`, or until the lease is over. */
  async wait(isReady: () => boolean): Promise<void> {
    if (this.timeoutMs === null) {
      await condition(isReady);
      return;
    }
    while (!isReady() && !this.isOver) {
      if (this.isWorthWriting) await this.write();
      else await condition(() => isReady() || this.isWorthWriting, this.remainingMs);
    }
  }

  private get remainingMs(): number {
    return this.timeoutMs === null ? Infinity : this.session.heartbeatAt + this.timeoutMs - Date.now();
  }

  /** Twice a lease: every heartbeat would be a transaction. */
  private get isWorthWriting(): boolean {
    return this.session.heartbeatAt - this.writtenAt >= (this.timeoutMs ?? Infinity) / 2;
  }

  private async write(): Promise<void> {
    this.writtenAt = this.session.heartbeatAt;
    await heartbeat(this.session.run.runId);
  }
}
