// A random graph of dataflows, as a plan: layers of targets above sources, each kind of job, rule and partition mapping in it.

import { Random } from '../random';

/** Who ends its runs: somebody outside, an activity, a child workflow, or a wrapped workflow of the user's. */
export type JobKind = 'external' | 'activity' | 'workflow' | 'wrapped';

/** What a run covers: everything, or one partition, `day=2026-01-02` or rolled up `day=2026-01`. */
export type Grain = 'all' | 'day' | 'month';

export interface PlannedDataflow {
  readonly zone: string;
  readonly name: string;
  readonly key: string;
  /** 0: somebody outside starts it. */
  readonly layer: number;
  readonly auto: boolean;
  readonly grain: Grain;
  readonly job: JobKind;
  /** A share of its runs fails. */
  readonly flaky: boolean;
  readonly sources: readonly PlannedRelation[];
  readonly when: 'all' | 'any' | { readonly atLeast: number; readonly of: readonly string[] };
}

export interface PlannedRelation {
  readonly source: string;
  readonly mapping: 'same' | 'all' | 'day→month';
}

/** Days that a source which runs per day runs for: they lie in two months. */
export const DAYS = ['day=2026-01-30', 'day=2026-01-31', 'day=2026-02-01'] as const;

const LAYERS = 6;
const SOURCES = 0.3;
const JOBS = { external: 1, activity: 3, workflow: 2, wrapped: 2 } as const;
const RULES = { all: 4, any: 3, atLeast: 3 } as const;

export function planGraph(seed: string, dataflows: number): PlannedDataflow[] {
  const random = new Random(seed, 'graph');
  const plan: PlannedDataflow[] = [];
  const sources = Math.max(2, Math.round(dataflows * SOURCES));
  for (let i = 0; i < dataflows; i++) {
    plan.push(
      i < sources ? planSource(random, i) : planTarget(random, i, plan, layerOf(i - sources, dataflows - sources)),
    );
  }
  return plan;
}

const layerOf = (nth: number, targets: number): number => 1 + Math.floor((nth / targets) * (LAYERS - 1));

function planSource(random: Random, index: number): PlannedDataflow {
  const grain = random.chance(0.35) ? 'day' : 'all';
  return {
    ...named('rz', index),
    layer: 0,
    auto: false,
    grain,
    job: 'external',
    flaky: true,
    sources: [],
    when: 'all',
  };
}

function planTarget(random: Random, index: number, before: readonly PlannedDataflow[], layer: number): PlannedDataflow {
  const grain = random.weighted<Grain>({ all: 6, day: 2, month: 2 });
  const fitting = before.filter((source) => source.layer < layer && suits(source.grain, grain));
  // Mostly from the layer just below: long chains, but some that skip.
  const near = fitting.filter((source) => source.layer >= layer - 2);
  const chosen = random.sample(near.length > 3 ? near : fitting, random.between(1, 4));
  const keys = chosen.map((source) => source.key);
  const rule = random.weighted(RULES);
  // Some are started by hand, and refused while their rule isn't met.
  const auto = !random.chance(0.06);
  return {
    ...named(`z${String(layer)}`, index),
    layer,
    auto,
    grain,
    job: auto ? random.weighted(JOBS) : 'external',
    flaky: random.chance(0.25),
    sources: chosen.map((source) => ({ source: source.key, mapping: mapping(source.grain, grain) })),
    when: rule === 'atLeast' ? { atLeast: random.between(1, keys.length), of: keys } : rule,
  };
}

function named(zone: string, index: number): Pick<PlannedDataflow, 'zone' | 'name' | 'key'> {
  const name = `flow${String(index).padStart(4, '0')}`;
  return { zone, name, key: `${zone}:${name}` };
}

/** A target that runs per partition needs sources that say which. */
const suits = (source: Grain, target: Grain): boolean =>
  target === 'all' || source === target || (target === 'month' && source === 'day');

const mapping = (source: Grain, target: Grain): PlannedRelation['mapping'] =>
  target === 'all' ? 'all' : source === target ? 'same' : 'day→month';
