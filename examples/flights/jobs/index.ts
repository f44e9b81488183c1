// The activities of this lake: ordinary ones, told once where the lake is.

import type { JobInput } from '../../../src';
import { cleanFlights } from './clean-flights';
import { measureDelays } from './measure-delays';
import type { DelayReport } from './measure-delays';
import type { Report } from './report';
import { snapshotAirports } from './snapshot-airports';

export interface Jobs {
  snapshotAirports(run: JobInput): Promise<Report>;
  cleanFlights(run: JobInput): Promise<Report>;
  measureDelays(run: JobInput): Promise<DelayReport>;
}

export const createJobs = (lake: string): Jobs => ({
  snapshotAirports: (run) => snapshotAirports(lake, run),
  cleanFlights: (run) => cleanFlights(lake, run),
  measureDelays: (run) => measureDelays(lake, run),
});
