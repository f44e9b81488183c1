// Looks over the whole lake for what the system can't have brought about by itself. Reads only: the housekeeper heals what is found
// here, `dlc doctor` shows it.

import type { Client } from '@temporalio/client';
import type { Finding, Findings } from '../domain/finding';
import type { Run } from '../domain/model';
import { isOpen } from '../domain/run-state';
import { slotTitle, slotWorkflowId } from '../domain/slot';
import { isMet } from '../domain/start';
import {
  decide,
  findDataflow,
  findRun,
  holders,
  idleSlots,
  openRuns,
  questionOfRun,
  questionOfSlot,
  silentMs,
} from '../store';
import type { Queryable } from '../store';
import { findRunning } from '../temporal/running';
import { runningExecution } from '../temporal/running-execution';
import { standingOf } from '../temporal/standing';
import { whatBlocks } from './blocked';
import { isSilent } from './lease';
import { Look } from './look';

export interface Lake {
  readonly db: Queryable;
  readonly client: Client;
  /** What is younger may be in the middle of something. */
  readonly graceMs: number;
  /** Told as the look goes on. */
  readonly progress: (looked: number) => void;
}

/** Runs looked at with one query. */
const PAGE = 200;

/** @throws when MySQL or Temporal can't be asked at all. */
export async function find(lake: Lake): Promise<Findings> {
  const { db, graceMs } = lake;
  const look = new Look(lake.progress);
  let looked = 0;
  let after: string | null = null;
  do {
    const page = await openRuns(db, { after, limit: PAGE, minAgeMs: graceMs });
    await look.atEach(page.runs, nameOfRun, (run) => findInRun(lake, run));
    looked += page.runs.length;
    ({ after } = page);
  } while (after !== null);
  const idle = await idleSlots(db, graceMs);
  await look.atEach(idle, nameOfSlot, (slot) => findInSlot(lake, slot));
  await look.atEach(await holders(db), nameOfHold, (hold) => findInHold(lake, hold));
  const { findings, failed } = look;
  return { findings, failed, openRuns: looked, readySlots: idle.length };
}

const nameOfRun = ({ runId, dataflow, slot }: Run): string => `run ${runId} of ${slotTitle(dataflow, slot)}`;
const nameOfSlot = ({ dataflowId, slot }: { readonly dataflowId: string; readonly slot: string }): string =>
  slot === '' ? `the slot of dataflow ${dataflowId}` : `the slot ${slot} of dataflow ${dataflowId}`;
const nameOfHold = ({ holder }: { readonly holder: string }): string => `what ${holder} withholds`;

async function findInRun(lake: Lake, run: Run): Promise<Finding | undefined> {
  const { runId, dataflow, slot, workflowId } = run;
  const of = { runId, dataflow, slot, workflowId };
  const standing = await standingOf(lake.client, run);
  if (standing.kind === 'gone' || standing.kind === 'replaced') {
    // It may just have ended, before its workflow did.
    const now = await findRun(lake.db, runId);
    if (!now || !isOpen(now.state)) return undefined;
    return { kind: 'goneOwner', ...(standing.kind === 'replaced' && { worksFor: standing.by }), ...of };
  }
  const { paused } = standing.execution;
  if (paused) return { kind: 'pausedExecution', ...of, ...paused };
  if (run.state === 'started') {
    const silent = run.heartbeatTimeoutMs === null ? 0 : await silentMs(lake.db, runId);
    // Its workflow writes down every half of a lease that it heard of it, and has the first word.
    const isOver = run.heartbeatTimeoutMs !== null && silent > 2 * run.heartbeatTimeoutMs + lake.graceMs;
    return isOver && (await isSilent(lake.client, standing))
      ? { kind: 'expiredLease', silentMs: silent, ...of }
      : undefined;
  }
  const owner = await findDataflow(lake.db, { id: run.dataflowId });
  const decision = await decide(lake.db, owner, questionOfRun(run), 'look');
  return decision.kind === 'wait' ? undefined : { kind: 'lostWakeup', ...of };
}

async function findInHold(
  lake: Lake,
  { holder, count }: { readonly holder: string; readonly count: number },
): Promise<Finding | undefined> {
  const workflowId = `dlc-${holder}`;
  const isOver = (await runningExecution(lake.client, workflowId)) === undefined;
  return isOver ? { kind: 'staleHold', holder, workflowId, count } : undefined;
}

async function findInSlot(
  lake: Lake,
  slot: Awaited<ReturnType<typeof idleSlots>>[number],
): Promise<Finding | undefined> {
  const dataflow = await findDataflow(lake.db, { id: slot.dataflowId });
  const decision = await decide(lake.db, dataflow, questionOfSlot(dataflow, slot.slot), 'look');
  if (!isMet(decision)) return undefined;
  const problem = await whatBlocks(lake.db, dataflow, slot.slot);
  if (problem !== null) return { kind: 'blockedSlot', dataflow: dataflow.key, ...slot, problem };
  const workflowId = slotWorkflowId(dataflow.key, slot.slot);
  const paused = (await findRunning(lake.client, workflowId))?.paused;
  return paused
    ? { kind: 'pausedExecution', runId: null, dataflow: dataflow.key, slot: slot.slot, workflowId, ...paused }
    : { kind: 'idleSlot', dataflow: dataflow.key, ...slot };
}
