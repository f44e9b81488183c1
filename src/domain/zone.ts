// A zone: the dataflows whose keys begin with it. It is there as long as they are.

import { NotFoundError } from './errors';
import type { Dataflow } from './model';
import { didYouMean } from './nearest';
import type { Pause } from './start';

export interface Zone {
  readonly zone: string;
  /** Those that aren't retired. */
  readonly dataflows: number;
  /** Of these, paused themselves. */
  readonly pausedDataflows: number;
  /** Of the whole zone. */
  readonly pause: Pause | null;
}

/** @throws NotFoundError where no dataflow is in it, nor was. */
export function checkZone(zone: string, dataflows: readonly Pick<Dataflow, 'zone'>[]): void {
  const zones = new Set(dataflows.map((dataflow) => dataflow.zone));
  if (zones.has(zone)) return;
  const advice = didYouMean(zone, zones) || " Check the zone's name.";
  throw new NotFoundError(`There is no dataflow in zone ${zone}.${advice}`, { zone });
}
