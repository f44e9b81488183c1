// What a chaos run is asked for, from the environment.

import { randomBytes } from 'node:crypto';

export interface ChaosSettings {
  /** Repeats the graph, the load's choices and the moments of the kills; not how they meet. */
  readonly seed: string;
  /** Runs that have to end. */
  readonly runs: number;
  readonly dataflows: number;
  /** Of each kind. */
  readonly kills: number;
  /** Mean time between two kills of a kind, in seconds. */
  readonly killEvery: number;
  readonly workers: number;
  /** Producers that work side by side. */
  readonly lanes: number;
  /** How long quiet may take to come, in seconds. */
  readonly drain: number;
  readonly prefer: 'mysql' | 'mariadb' | undefined;
}

export function chaosSettings(env: NodeJS.ProcessEnv = process.env): ChaosSettings {
  const prefer = env['CHAOS_DATABASE'];
  return {
    seed: env['CHAOS_SEED'] || randomBytes(4).toString('hex'),
    runs: number(env, 'CHAOS_RUNS', 10_000),
    dataflows: number(env, 'CHAOS_DATAFLOWS', 200),
    kills: number(env, 'CHAOS_KILLS', 20),
    killEvery: number(env, 'CHAOS_KILL_EVERY', 30),
    workers: number(env, 'CHAOS_WORKERS', 2),
    lanes: number(env, 'CHAOS_LANES', 16),
    drain: number(env, 'CHAOS_DRAIN', 300),
    prefer: prefer === 'mysql' || prefer === 'mariadb' ? prefer : undefined,
  };
}

function number(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = Number(env[name] || otherwise);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number, 0 or more.`);
  return value;
}
