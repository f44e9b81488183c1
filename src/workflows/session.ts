// One run's state inside its workflow, and the words that the Temporal UI shows for it.

import { CancellationScope, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { DlcError } from '../domain/errors';
import type { RunId } from '../domain/ids';
import type { ClaimResult, OpenedRun, Refusal, RunStatus, StartInfo } from '../domain/protocol';
import { showDuration } from '../domain/duration';
import { explain } from '../domain/rule';
import type { RecordedEnd } from '../domain/same-finish';
import { slotTitle } from '../domain/slot';
import { explainWait } from '../domain/start';
import { currentDetails } from './details';

const MAX_REFUSED = 10;

/** `opening` until the first answer from MySQL, `ended` once the end is in MySQL (or there is nothing to run). */
export type Phase = 'opening' | 'waiting' | 'started' | 'ended';

export class RunSession {
  phase: Phase = 'opening';
  opened: OpenedRun | undefined;
  /** Why the run wasn't opened. */
  refusal: DlcError | undefined;
  end: RecordedEnd | undefined;
  /** Wake-ups received, and how many of them the last look at MySQL came after (rule 2). */
  wakeups = 0;
  /** When the external job was last heard of, in milliseconds. */
  heartbeatAt = 0;
  looked = 0;
  /** An earlier execution opened its run. */
  isContinued = false;
  /** Continues as new while it waits: pending updates are sent back to their callers, to ask the next execution. */
  continuing = false;
  /**
   * This history has become long, as a message that is in it has found. Not asked where a condition is: an update that is refused
   * has conditions looked at earlier, and leaves no trace, so that a replay would find them in another order.
   */
  hasLongHistory = false;
  readonly refused: Refusal[] = [];
  /** Our own handlers under way. A user's are the user's to wait for: one of them may wait for the run's result. */
  private handling = 0;

  /** `endsByMessage`: whether a run is ended by `finish` messages rather than by a body of its own. */
  constructor(private readonly endsByMessage: (run: OpenedRun) => boolean) {}

  get isAnswering(): boolean {
    return this.handling > 0;
  }

  /**
   * As a message's handler, counted while it is under way. A cancel of the workflow doesn't reach it: it is answered when the
   * run has ended. Cancelled itself, a signal's handler would close the execution over an open run, and an update's would
   * refuse what is done all the same.
   */
  handler<Input, Answer>(handle: (input: Input) => Promise<Answer>): (input: Input) => Promise<Answer> {
    return async (input) => {
      this.received();
      this.handling++;
      try {
        return await CancellationScope.nonCancellable(() => handle(input));
      } finally {
        this.handling--;
      }
    };
  }

  /** A signal, or an update that isn't refused, is here. */
  received(): void {
    this.hasLongHistory ||= workflowInfo().continueAsNewSuggested;
  }

  get finishedByMessage(): boolean {
    return this.opened !== undefined && this.endsByMessage(this.opened);
  }

  /** Waits, as far as it knows: a wake-up asks for a look, which may have started it in MySQL already. */
  get isToLook(): boolean {
    return this.phase === 'waiting' && this.wakeups > this.looked;
  }

  /** Open in MySQL: it has an end still to come. */
  get isOpen(): boolean {
    return this.phase === 'waiting' || this.phase === 'started';
  }

  /** The run wasn't opened, or was taken away. */
  refuseRun(refusal: DlcError): void {
    this.refusal = refusal;
    this.phase = 'ended';
  }

  open(opened: OpenedRun): void {
    this.opened = opened;
    const open = opened.outcome === 'opened' && (opened.state === 'waiting' || opened.state === 'started');
    this.enter(open ? opened.state : 'ended');
  }

  claimed(claim: ClaimResult): void {
    const { state, ...rest } = claim;
    const outcome = state === 'forgotten' ? 'forgotten' : 'opened';
    this.open({ ...this.run, ...rest, outcome, state: state === 'forgotten' ? 'waiting' : state });
  }

  /** A look at MySQL: wake-ups that come while it is under way ask for another one. */
  async looking<T>(look: () => Promise<T>): Promise<T> {
    const { wakeups } = this;
    const seen = await look();
    this.looked = wakeups;
    return seen;
  }

  ended(end: RecordedEnd): void {
    this.end = end;
    this.enter('ended');
  }

  /** A message that changes nothing, kept where its sender can find it. */
  refuse(message: string, error: DlcError): void {
    this.refused.push({ at: new Date().toISOString(), message, code: error.code, reason: error.message });
    this.refused.splice(0, this.refused.length - MAX_REFUSED);
    this.show();
  }

  get run(): OpenedRun {
    if (!this.opened) throw new Error('The run is not open yet.');
    return this.opened;
  }

  get startInfo(): StartInfo {
    const { runId, dataflowId, dataflow, workflowId, partitionKey, sources, sourceCount, state } = this.run;
    return {
      runId,
      dataflowId,
      dataflow,
      workflowId,
      partitionKey,
      sources,
      sourceCount,
      state: this.end?.state ?? state,
    };
  }

  status(): RunStatus {
    const { workflowId, runId } = workflowInfo();
    const known = this.opened ? this.startInfo : { runId: runId as RunId, workflowId, state: 'opening' as const };
    const { openedAt = null, explanation = null } = this.opened ?? {};
    return { ...known, summary: this.summary(), openedAt, explanation, refused: this.refused };
  }

  /** One line: what the run does or waits for. */
  summary(): string {
    const { opened } = this;
    if (this.refusal) return `not opened: ${this.refusal.message}`;
    if (!opened) return 'opening: not in MySQL yet';
    if (this.end) return `ended: ${this.end.state}`;
    if (opened.skipped) return `skipped: ${opened.skipped.reason}`;
    if (opened.outcome !== 'opened')
      return opened.outcome === 'duplicate' ? `same request as run ${opened.runId}` : 'nothing to do';
    if (opened.state === 'waiting' && opened.waitingFor) return explainWait(opened.waitingFor, opened.explanation);
    // As an earlier version left it in a history.
    if (opened.state === 'waiting' && opened.explanation) return explain(opened.explanation);
    if (!this.finishedByMessage) return 'started: runs its job';
    const lease = opened.heartbeatTimeoutMs
      ? ` (a heartbeat every ${showDuration(opened.heartbeatTimeoutMs)} at least)`
      : '';
    return `started: waits for its external job to finish${lease}`;
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.show();
  }

  private show(): void {
    const { opened } = this;
    if (!opened) return;
    const title = slotTitle(opened.dataflow, opened.partitionKey);
    setCurrentDetails(currentDetails(title, this.summary(), opened, this.refused, this.end));
  }
}
