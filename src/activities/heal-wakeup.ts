// Wakes what could start and hasn't. Where that is of no use (its workflow fails, or doesn't see what we see), it is tried more and
// more seldom: each time is an event, and a signal in its history.

import type { Finding } from '../domain/finding';
import { isWorthHealing } from '../domain/healing';
import type { HealedBefore } from '../domain/healing';
import type { RunId } from '../domain/ids';
import type { Run } from '../domain/model';
import { slotWorkflowId } from '../domain/slot';
import { findDataflow, findRun, healedBefore, insertEvent } from '../store';
import { findRunning, needsWakeup } from '../temporal/running';
import type { AttemptDeps, Execution } from './deps';
import { signal, wakeSlot } from './wake-targets';

type Of<Kind extends Finding['kind']> = Extract<Finding, { kind: Kind }>;

/** The wake-ups of one look over the lake. */
export class WakeUps {
  /** By run: one source run may have fed very many slots, and its events tell of them all. */
  private readonly before = new Map<RunId, ReadonlyMap<string, HealedBefore>>();

  /** `pauseMs`: see isWorthHealing. */
  constructor(
    private readonly deps: AttemptDeps,
    private readonly pauseMs: number,
  ) {}

  /** False when it isn't to be woken, or not yet. */
  async ofRun({ kind, workflowId, runId }: Of<'lostWakeup'>): Promise<boolean> {
    const { deps } = this;
    const running = await findRunning(deps.client(), workflowId);
    const run = await findRun(deps.db, runId);
    if (!running || !needsWakeup(running) || run?.state !== 'waiting') return false;
    return (await this.tellIfDue(run, { kind, workflowId })) && signal(deps, workflowId);
  }

  /** As `ofRun`, of a slot without an open run. */
  async ofSlot({ kind, dataflowId, slot, sourceRunId }: Of<'idleSlot'>, execution: Execution): Promise<boolean> {
    const { deps } = this;
    const dataflow = await findDataflow(deps.db, { id: dataflowId });
    const workflowId = slotWorkflowId(dataflow.key, slot);
    const running = await findRunning(deps.client(), workflowId);
    if (running && !needsWakeup(running)) return false;
    const source = await findRun(deps.db, sourceRunId);
    if (source && !(await this.tellIfDue(source, { kind, workflowId }))) return false;
    await wakeSlot(deps, { ...dataflow, slot }, execution);
    return true;
  }

  /** Before the signal: what was done is told in any case, at worst twice. */
  private async tellIfDue(
    { runId, dataflowId }: Run,
    detail: { readonly kind: Of<'lostWakeup' | 'idleSlot'>['kind']; readonly workflowId: string },
  ): Promise<boolean> {
    const before = this.before.get(runId) ?? (await healedBefore(this.deps.db, runId, detail.kind));
    this.before.set(runId, before);
    const cures = before.get(detail.workflowId);
    if (cures && !isWorthHealing(cures, this.pauseMs)) return false;
    await this.deps.transaction((tx) => insertEvent(tx, runId, dataflowId, 'heal', detail));
    return true;
  }
}
