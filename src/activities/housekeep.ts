// The housekeeper's work: looks over the lake again and again, and heals what it finds. Everything that it does may be done by
// several at once, and again after a crash on any line: each finding is looked at once more in the transaction that heals it.

import { cancellationSignal, heartbeat, metricMeter, sleep } from '@temporalio/activity';
import { describeFinding } from '../domain/finding';
import type { Finding } from '../domain/finding';
import type { Healing } from '../domain/healing';
import { LEASE_EXPIRED } from '../domain/messages';
import type { Run } from '../domain/model';
import { isOpen } from '../domain/run-state';
import { describeTrouble, trouble } from '../domain/trouble';
import { find } from '../health/find';
import { isSilent } from '../health/lease';
import { findRun, insertEvent, insertEventOfHeld, lockRun, silentMs } from '../store';
import type { Queryable } from '../store';
import { runningExecution } from '../temporal/running-execution';
import { standingOf } from '../temporal/standing';
import { HOUSEKEEPING } from './deps';
import type { AttemptDeps, Execution } from './deps';
import { endInTransaction, endReport } from './end-run';
import { WakeUps } from './heal-wakeup';
import { release } from './replay';
import { wakeDataflows } from './wake-dataflows';
import { orphan } from './wake-line';
import { signal } from './wake-targets';

/** How long one activity goes on before the workflow starts the next: its worker may be shut down in between. */
const SHIFT_MS = 3_600_000;

export interface HealOptions {
  /** Default: the worker's own. */
  readonly graceMs?: number | undefined;
}

/** Returns when its shift is over. */
export async function housekeep(deps: AttemptDeps, execution: Execution): Promise<void> {
  const { intervalMs } = deps.housekeeping ?? HOUSEKEEPING;
  const until = Date.now() + SHIFT_MS;
  while (Date.now() < until) {
    await healAll(deps, execution, {}, intervalMs);
    for (let left = intervalMs; left > 0; left -= 5_000) {
      heartbeat();
      await sleep(Math.min(left, 5_000));
    }
  }
}

/** Looks once, and returns what it healed. `pauseMs`: between cures of no use, see isWorthHealing. One finding that can't be healed is told of, and doesn't keep the others waiting. */
export async function healAll(
  deps: AttemptDeps,
  execution: Execution,
  { graceMs = (deps.housekeeping ?? HOUSEKEEPING).graceMs }: HealOptions = {},
  pauseMs = 0,
): Promise<Healing> {
  const look = await find({ db: deps.db, client: deps.client(), graceMs, progress: alive });
  const wakeUps = new WakeUps(deps, pauseMs);
  const healed: Finding[] = [];
  const failed = [...look.failed];
  const counter = metricMeter.createCounter('dlc_healed', 'findings', 'What the housekeeper healed, by kind.');
  for (const finding of look.findings) {
    alive(healed.length);
    try {
      if (!(await heal(deps, finding, execution, wakeUps))) continue;
    } catch (error) {
      alive(healed.length);
      failed.push(trouble('heal', describeFinding(finding), error));
      continue;
    }
    healed.push(finding);
    counter.add(1, { kind: finding.kind });
    deps.warn(`Healed: ${describeFinding(finding)}`, { finding });
  }
  for (const one of failed) deps.warn(describeTrouble(one), { ...one });
  return { healed, failed };
}

/** @throws CancelledFailure when the activity is to stop, by its workflow or with its worker. */
function alive(done: number): void {
  heartbeat(done);
  cancellationSignal().throwIfAborted();
}

/** False when there is nothing to heal any more. */
async function heal(deps: AttemptDeps, finding: Finding, execution: Execution, wakeUps: WakeUps): Promise<boolean> {
  switch (finding.kind) {
    case 'goneOwner': {
      const run = await findRun(deps.db, finding.runId);
      if (!run) return false;
      const standing = await standingOf(deps.client(), run);
      if (standing.kind !== 'gone' && standing.kind !== 'replaced') return false;
      const done = await orphan(deps, run, 'found by the housekeeper', (tx) => tell(tx, run, finding));
      if (standing.kind === 'replaced') await wakeIfEnded(deps, finding.workflowId, standing.by);
      return done;
    }
    case 'expiredLease':
      return failSilent(deps, finding);
    case 'lostWakeup':
      return wakeUps.ofRun(finding);
    case 'staleHold': {
      const { kind, holder, workflowId } = finding;
      if ((await runningExecution(deps.client(), workflowId)) !== undefined) return false;
      const told = (tx: Queryable): Promise<void> => insertEventOfHeld(tx, holder, 'heal', { kind, holder });
      const dataflows = await release(deps, holder, heartbeat, told);
      await wakeDataflows(deps, dataflows, execution, heartbeat);
      return dataflows.length > 0;
    }
    case 'idleSlot':
      return wakeUps.ofSlot(finding, execution);
    case 'blockedSlot':
    case 'unmeetableRule':
    case 'pausedExecution':
      return false;
  }
}

/** An execution that an operator has reset may wait for the end of a run that has ended long ago. */
async function wakeIfEnded(deps: AttemptDeps, workflowId: string, runId: string): Promise<void> {
  const run = await findRun(deps.db, runId);
  if (run && !isOpen(run.state)) await signal(deps, workflowId);
}

/** Its workflow should have done so; it learns of it by a wake-up. */
async function failSilent(deps: AttemptDeps, finding: Extract<Finding, { kind: 'expiredLease' }>): Promise<boolean> {
  if (!(await isSilent(deps.client(), await standingOf(deps.client(), finding)))) return false;
  const failed = await deps.transaction(async (tx) => {
    const run = await lockRun(tx, finding.runId);
    const isAsSilent = (await silentMs(tx, finding.runId)) >= finding.silentMs;
    if (run?.state !== 'started' || !isAsSilent) return false;
    const message = 'No heartbeat came, and its workflow let that pass: its lease has expired.';
    await endInTransaction(tx, run, endReport('error', message, LEASE_EXPIRED), { by: 'housekeeper' });
    await tell(tx, run, finding);
    return true;
  });
  if (failed) await signal(deps, finding.workflowId);
  return failed;
}

/** What it did is told by an event of the run, in the transaction that did it. */
const tell = (tx: Queryable, { runId, dataflowId }: Run, { kind }: Finding): Promise<void> =>
  insertEvent(tx, runId, dataflowId, 'heal', { kind });
