// A backfill's state inside its workflow, and the words that the Temporal UI shows for it.

import { setCurrentDetails } from '@temporalio/workflow';
import { counted, doneOf, noProgress, showCounts } from '../domain/backfill';
import type { BackfillProgress, Outcome } from '../domain/backfill';
import type { DlcError } from '../domain/errors';

export class BackfillSession {
  progress: BackfillProgress = noProgress(0);
  hasBegun = false;
  /** Why it didn't begin. */
  refusal: DlcError | undefined;
  private dataflow = '';

  begin(dataflow: string, progress: BackfillProgress): void {
    this.dataflow = dataflow;
    this.hasBegun = true;
    this.become(progress);
  }

  /** It has come to a partition. */
  beginPartition(): void {
    this.become({ ...this.progress, begun: this.progress.begun + 1 });
  }

  endPartition(partitionKey: string, outcome: Outcome, message: string | null = null): void {
    this.become(counted(this.progress, partitionKey, outcome, message));
  }

  /** The first reason counts. */
  stop(reason: string): void {
    if (this.progress.stopped === null) this.become({ ...this.progress, stopped: reason });
  }

  private become(progress: BackfillProgress): void {
    this.progress = progress;
    const { partitions, begun, failures, stopped } = progress;
    const done = doneOf(progress);
    const lines = [
      `### Backfill of ${this.dataflow}: ${String(done)} of ${String(partitions)} partitions, ${String(begun - done)} running`,
      `${showCounts(progress)}.`,
      ...(stopped === null ? [] : [`Stopped: ${stopped}`]),
      failures
        .map(({ partitionKey, outcome, message }) => `- \`${partitionKey}\`: ${outcome}: ${message.slice(0, 200)}`)
        .join('\n'),
    ];
    setCurrentDetails(lines.filter((line) => line !== '').join('\n\n'));
  }
}
