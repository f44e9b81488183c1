// `finish` and `finishRun`: how an external job ends its run. Both are checked before anything happens; a finish that is
// refused leaves the run open.

import { condition, patched, setHandler } from '@temporalio/workflow';
import type { RunReport } from '../activities';
import { DlcError, InvalidArgumentError, RunAlreadyFinishedError, RunNotStartedError } from '../domain/errors';
import { parseFinish } from '../domain/finish-request';
import type { FinishRequest } from '../domain/finish-request';
import type { FinishedRun, FinishInfo } from '../domain/protocol';
import { refusing, toFailure } from './failures';
import { runEnded } from '../domain/run-ended';
import { isSameFinish } from '../domain/same-finish';
import { Lease } from './lease';
import { finishRunUpdate, finishSignal } from './messages';
import type { RunSession } from './session';
import { decode, undecoded } from './undecoded';

/** A finish that came beside a wake-up used to be refused at once. */
const AFTER_LOOK = 'finish-after-look';

interface PendingFinish {
  readonly request: FinishRequest;
  answer?: FinishInfo | DlcError;
}

/** How the run ends. */
interface Ends {
  readonly end: (report: FinishRequest | RunReport) => Promise<FinishedRun>;
  /** Null: it is open. */
  readonly look: () => Promise<FinishedRun | null>;
  /** This history has become long, and `rollOver` goes on with an empty one. `hasBecomeLong`: a message has found it so. */
  readonly isLong: () => boolean;
  readonly hasBecomeLong: () => boolean;
  readonly rollOver: () => Promise<void>;
}

/** The finishes that wait for the run to take them, first come first served. */
export class FinishInbox {
  private readonly pending: PendingFinish[] = [];

  constructor(private readonly session: RunSession) {
    setHandler(
      undecoded(finishSignal),
      session.handler((input) => this.onSignal(input)),
    );
    setHandler(
      undecoded(finishRunUpdate),
      session.handler((input) => this.onUpdate(input)),
      {
        validator: (input) => {
          refusing(() => {
            const request = parseFinish(decode(input));
            if (session.phase !== 'opening' && !session.isToLook) this.check(request);
          });
        },
      },
    );
  }

  get hasPending(): boolean {
    return this.pending.length > 0;
  }

  /**
   * Waits for the next finish and ends the run with it; one that is refused is answered so, and the wait goes on. A wake-up
   * makes it look whether the run has ended without us, and a lease that runs out ends it.
   */
  async take({ end, look, isLong, hasBecomeLong, rollOver }: Ends): Promise<FinishedRun> {
    const { pending, session } = this;
    const lease = new Lease(session);
    for (;;) {
      await lease.wait(() => pending.length > 0 || session.wakeups > session.looked || hasBecomeLong());
      const next = pending.shift();
      const ended = next ? await this.answer(next, end) : await this.withoutMessage(lease, end, look);
      if (ended) return ended;
      if (isLong()) await rollOver();
    }
  }

  private async withoutMessage(lease: Lease, end: Ends['end'], look: Ends['look']): Promise<FinishedRun | null> {
    if (lease.isOver) return end(lease.expiry);
    return this.session.wakeups > this.session.looked ? look() : null;
  }

  /** Answers whoever still waits, once the run has ended. */
  close(): void {
    for (const finish of this.pending.splice(0)) finish.answer = this.late(finish.request);
  }

  private async answer(finish: PendingFinish, end: Ends['end']): Promise<FinishedRun | null> {
    try {
      const ended = await end(finish.request);
      // The end may be an earlier one, which this finish doesn't report.
      finish.answer = isSameFinish(ended.end, finish.request)
        ? { runId: ended.runId, state: ended.end.state }
        : runEnded({ ...this.session.run, state: ended.end.state, errorCode: ended.end.errorCode ?? null });
      return ended;
    } catch (error) {
      if (!(error instanceof DlcError)) throw error;
      finish.answer = error;
      // Taken away from us meanwhile: there is nothing left to wait for.
      if (error instanceof RunAlreadyFinishedError) throw error;
      return null;
    }
  }

  private async onSignal(input: unknown): Promise<void> {
    try {
      await this.submit(parseFinish(decode(input)));
    } catch (error) {
      if (!(error instanceof DlcError)) throw error;
      this.session.refuse('finish', error);
    }
  }

  private async onUpdate(input: unknown): Promise<FinishInfo> {
    try {
      return await this.submit(parseFinish(decode(input)));
    } catch (error) {
      throw error instanceof DlcError ? toFailure(error) : error;
    }
  }

  private async submit(request: FinishRequest): Promise<FinishInfo> {
    // One that came along with the start is kept until the run is decided.
    const { session } = this;
    await condition(() => session.phase !== 'opening');
    // Its sender may know more than we: the look that a wake-up asks for was made before, in a workflow task that was lost.
    if (session.isToLook && patched(AFTER_LOOK)) await condition(() => !session.isToLook || session.continuing);
    this.check(request);
    const finish: PendingFinish = { request };
    this.pending.push(finish);
    if (session.phase === 'ended') this.close();
    await condition(() => finish.answer !== undefined);
    if (finish.answer instanceof DlcError) throw finish.answer;
    return finish.answer as FinishInfo;
  }

  /** @throws the refusal of a finish that this run can't take now. */
  private check(request: FinishRequest): void {
    const { session } = this;
    if (session.refusal) throw session.refusal;
    const { runId, dataflow } = session.run;
    if (request.runId !== null && request.runId !== runId) {
      throw new RunAlreadyFinishedError(
        `Run ${request.runId} isn't open any more: the open run of ${dataflow} is ${runId}. Finish that one, if it is meant.`,
        { runId: request.runId, openRunId: runId },
      );
    }
    if (session.phase === 'waiting') {
      throw new RunNotStartedError(
        `Run ${runId} of ${dataflow} is ${session.summary()}. It can be finished once it has started, or cancelled now.`,
        { runId, state: 'waiting' },
      );
    }
    if (!session.finishedByMessage) {
      throw new InvalidArgumentError(
        `Run ${runId} of ${dataflow} ends when its own job ends; it takes no finish. Cancel it to stop it.`,
        { field: 'runId', runId },
      );
    }
    if (session.phase === 'ended') {
      const answer = this.late(request);
      if (answer instanceof DlcError) throw answer;
    }
  }

  /** The same finish twice is fine; another one comes too late. */
  private late(request: FinishRequest): FinishInfo | DlcError {
    const { run, end } = this.session;
    if (end && isSameFinish(end, request)) return { runId: run.runId, state: end.state };
    return runEnded({ ...run, state: end?.state ?? run.state, errorCode: end?.errorCode ?? null });
  }
}
