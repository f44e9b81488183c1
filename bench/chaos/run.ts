// npm run chaos: runs over a random graph while workers, MySQL and Temporal are killed; then what must hold is checked, and
// printed. Ends with status 1 on any violation.

import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random';
import { check } from './checks';
import type { Checked } from './checks';
import { untilQuiet } from './drain';
import { planGraph } from './graph';
import type { PlannedDataflow } from './graph';
import { Killer } from './killer';
import { Ledger } from './ledger';
import { Producer } from './producer';
import { registerGraph } from './register';
import { report, violationsIn } from './report';
import { chaosSettings } from './settings';
import type { ChaosSettings } from './settings';
import { slotsToStart } from './slots';
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
    const over = { load: false, all: false };
    const slots = slotsToStart(plan);
    const producers = Array.from({ length: Math.min(settings.lanes, slots.length) }, (_, lane) => {
      const name = `lane${String(lane)}`;
      return new Producer(name, coordinator, ledger, random(name));
    });
    const lanes = producers.map((producer, lane) => {
      const own = slots.filter((_slot, nth) => nth % producers.length === lane);
      return producer.work(own, () => over.load);
    });
    const repairer = new Producer('repairer', attending, ledger, random('repairer'));
    producers.push(repairer);
    lanes.push(repairer.repair(keysOf(plan), () => over.load));
    const external = keysOf(plan.filter(({ job }) => job === 'external'));
    const attendant = new Producer('attendant', attending, ledger, random('attendant'));
    const attended = attendant.attend(external, () => over.all);

    const loadBegun = performance.now();
    const killer = new Killer(stage, settings, log);
    await Promise.race([killer.failed, untilLoaded(stage, settings, killer)]);
    await killer.stop();
    const loadMs = performance.now() - loadBegun;
    log('the load is over; waiting until nothing moves');
    over.load = true;
    const unanswered = await allAnswered(lanes, producers, settings.drain);
    const stuck = await untilQuiet(stage, settings.drain);
    over.all = true;
    const drainMs = performance.now() - loadBegun - loadMs;
    unanswered.push(...(await allAnswered([attended], [attendant], settings.drain)));

    const quiet: Checked = {
      says: 'all comes to rest without anybody healing',
      checked: 1,
      violations: [...unanswered, ...stuck],
    };
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

/** Of those that triggers start. */
const keysOf = (plan: readonly PlannedDataflow[]): string[] => plan.filter(({ auto }) => auto).map(({ key }) => key);

/** What producers still insist on at the deadline. */
async function allAnswered(
  work: readonly Promise<void>[],
  producers: readonly Producer[],
  seconds: number,
): Promise<string[]> {
  const deadline = sleep(seconds * 1000, 'deadline' as const, { ref: false });
  if ((await Promise.race([Promise.all(work), deadline])) !== 'deadline') return [];
  return producers.flatMap(({ name, doing }) => (doing === undefined ? [] : [`${name} is ${doing}, in vain`]));
}

/** Until enough runs have ended and enough kills are done; or no run ends any more, which the drain then tells of. */
async function untilLoaded({ db }: ChaosStage, { runs, drain }: ChaosSettings, killer: Killer): Promise<void> {
  let last = { ended: -1, at: 0 };
  for (;;) {
    await sleep(PROGRESS);
    try {
      const [row] = await db.select<{ ended: number; open: number }>(
        `SELECT COUNT(ended_at) AS ended, COUNT(*) - COUNT(ended_at) AS open FROM lineage_run`,
      );
      const { ended, open } = { ended: Number(row?.ended), open: Number(row?.open) };
      log(`${String(ended)} runs have ended, ${String(open)} are open; kills: ${JSON.stringify(killer.kills.count)}`);
      if (ended >= runs && killer.isEnough) return;
      if (ended !== last.ended) last = { ended, at: Date.now() };
      if (Date.now() - last.at > drain * 1000) return log('no run ends any more');
    } catch (error) {
      log(`no progress to tell of: ${String(error)}`);
    }
  }
}

// Producers that are never answered must not hold it up.
main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
