// Kills with `kill -9` at random moments, one loop a kind, so that outages overlap; and brings back what it killed. A server
// counts as back once it answers.

import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random';
import type { ChaosSettings } from './settings';
import type { ChaosStage } from './stage';

export type Kind = 'worker' | 'mysql' | 'temporal';

export interface Kills {
  readonly count: Record<Kind, number>;
  /** From the kill until it answers again, in milliseconds. */
  readonly downFor: Record<Kind, number[]>;
}

/** It stays dead for up to this long before it is started again, in milliseconds. */
const MAX_DEAD = 3_000;

export class Killer {
  readonly kills: Kills = {
    count: { worker: 0, mysql: 0, temporal: 0 },
    downFor: { worker: [], mysql: [], temporal: [] },
  };
  private readonly over = new AbortController();
  private readonly loops: Promise<void>;

  constructor(
    private readonly stage: ChaosStage,
    private readonly settings: ChaosSettings,
    private readonly log: (line: string) => void,
  ) {
    const { mysql, temporal } = stage;
    this.loops = Promise.all([
      this.loop('worker', (random) => this.killWorkers(random)),
      this.loop('mysql', (random) => killServer(mysql, random)),
      this.loop('temporal', (random) => killServer(temporal, random)),
    ]).then(() => undefined);
  }

  get isEnough(): boolean {
    return Object.values(this.kills.count).every((count) => count >= this.settings.kills);
  }

  /** Rejects if something didn't come back. */
  get failed(): Promise<void> {
    return this.loops;
  }

  /** Resolves once all that it killed is back. */
  async stop(): Promise<void> {
    this.over.abort();
    await this.loops;
  }

  private async loop(kind: Kind, kill: (random: Random) => Promise<void>): Promise<void> {
    const random = new Random(this.settings.seed, `kills of ${kind}`);
    const { signal } = this.over;
    const mean = this.settings.killEvery * 1000;
    for (;;) {
      await sleep(random.between(Math.round(mean / 3), Math.round((mean * 5) / 3)), undefined, { signal }).catch(
        () => undefined,
      );
      if (signal.aborted) return;
      const begun = performance.now();
      await kill(random);
      const down = performance.now() - begun;
      this.kills.count[kind]++;
      this.kills.downFor[kind].push(down);
      this.log(`${kind} was killed, and is back after ${(down / 1000).toFixed(1)} s`);
    }
  }

  /** One of them; now and then all at once. */
  private async killWorkers(random: Random): Promise<void> {
    const { workers } = this.stage;
    const chosen = random.chance(0.2) ? workers : [random.pick(workers)];
    // One that is just being started again counts when it can be killed.
    let killed = false;
    while (!killed) {
      killed = (await Promise.all(chosen.map((worker) => worker.kill()))).includes(true);
      if (!killed) await sleep(100);
    }
    await Promise.all(chosen.map((worker) => worker.ready()));
  }
}

async function killServer(server: ChaosStage['mysql'] | ChaosStage['temporal'], random: Random): Promise<void> {
  await server.kill();
  await sleep(random.between(0, MAX_DEAD));
  await server.restart();
}
