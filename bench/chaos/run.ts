// npm run chaos: runs over a random graph while workers, MySQL and Temporal are killed; then what must hold is checked, and
// printed. Ends with status 1 on any violation.

import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random';
import { check } from './checks';
import type { Checked } from './checks';
import { untilQuiet } from './drain';
import { planGraph } from './graph';
import { Killer } from './killer';
import { Ledger } from './ledger';
import { Producer, slotsToStart } from './producer';
import { registerGraph } from './register';
import { report, violationsIn } from './report';
import { chaosSettings } from './settings';
import { openChaosStage } from './stage';
import type { ChaosStage } from './stage';

/** Between two lines of progress, in milliseconds. */
const PROGRESS = 10_000;

const begun = performance.now();
const log = (line: string): void => {
  console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}`);
};

async function main(): Promise<boolean> {
  const settings = chaosSettings();
  log(`seed ${settings.seed}`);
  const stage = await openChaosStage(settings, log);
  let good = false;
  try {
    const plan = planGraph(settings.seed, settings.dataflows);
    const [coordinator, attending] = await Promise.all([stage.connectProducer(), stage.connectProducer()]);
    const relations = await registerGraph(coordinator, plan);
    log(`${String(plan.length)} dataflows and ${String(relations)} relations are registered`);

    const ledger = new Ledger();
    const random = (name: string): Random => new Random(settings.seed, name);
    let loadIsOver = false;
    let allIsOver = false;
    const slots = slotsToStart(plan);
    const lanes = Array.from({ length: Math.min(settings.lanes, slots.length) }, (_, lane) => {
      const name = `lane${String(lane)}`;
      const own = slots.filter((_slot, nth) => nth % settings.lanes === lane);
      return new Producer(name, coordinator, ledger, random(name)).work(own, () => loadIsOver);
    });
    const external = plan.filter(({ auto, job }) => auto && job === 'external').map(({ key }) => key);
    const attendant = new Producer('attendant', attending, ledger, random('attendant')).attend(
      external,
      () => allIsOver,
    );

    const loadBegun = performance.now();
    const killer = new Killer(stage, settings, log);
    await Promise.race([killer.failed, untilLoaded(stage, settings.runs, killer)]);
    await killer.stop();
    loadIsOver = true;
    await Promise.all(lanes);
    const loadMs = performance.now() - loadBegun;
    log('the load is over; waiting until nothing moves');
    const stuck = await untilQuiet(stage, settings.drain);
    const drainMs = performance.now() - loadBegun - loadMs;
    allIsOver = true;
    await attendant;

    const quiet: Checked = { says: 'all comes to rest without anybody healing', checked: 1, violations: stuck };
    const checks = [quiet, ...(await check(stage, ledger))];
    await report(stage, { settings, relations, kills: killer.kills, ledger, loadMs, drainMs, checks });
    good = violationsIn(checks) === 0;
    await Promise.all([coordinator.close(), attending.close()]);
  } finally {
    await stage.close(!good);
    if (!good) log(`the data and the logs are kept in ${stage.directory}`);
  }
  return good;
}

/** Until enough runs have ended and enough kills are done. */
async function untilLoaded({ db }: ChaosStage, runs: number, killer: Killer): Promise<void> {
  for (;;) {
    await sleep(PROGRESS);
    try {
      const [row] = await db.select<{ ended: number; open: number }>(
        `SELECT COUNT(ended_at) AS ended, COUNT(*) - COUNT(ended_at) AS open FROM lineage_run`,
      );
      const ended = Number(row?.ended);
      log(
        `${String(ended)} runs have ended, ${String(row?.open)} are open; kills: ${JSON.stringify(killer.kills.count)}`,
      );
      if (ended >= runs && killer.isEnough) return;
    } catch (error) {
      log(`no progress to tell of: ${String(error)}`);
    }
  }
}

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
