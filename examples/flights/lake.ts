// What lineage knows of this lake: four dataflows and who waits for whom. Everything else follows from it.
//
//   rz:flights ───► sz:flights ───► cz:airport-delays
//   rz:airports ──────────────────►
//
// rz: raw, sz: cleaned, cz: ready to use. Each runs once a month, for that month's partition.

import type { ZoneDataFlowCoordinator } from '../../src';

export const RZ_FLIGHTS = 'rz:flights';
export const RZ_AIRPORTS = 'rz:airports';
export const SZ_FLIGHTS = 'sz:flights';
export const CZ_DELAYS = 'cz:airport-delays';

/** In the order in which data flows. */
export const DATAFLOWS = [RZ_FLIGHTS, RZ_AIRPORTS, SZ_FLIGHTS, CZ_DELAYS] as const;

export const ZONES = ['rz', 'sz', 'cz'] as const;

export async function registerLake(coordinator: ZoneDataFlowCoordinator): Promise<void> {
  const job = { startToCloseTimeout: '2 minutes', retry: { maximumAttempts: 3 } };

  const rzFlights = await coordinator.createDataflow('rz', 'flights', '', '', {
    description: 'Flight records as the Bureau of Transportation Statistics publishes them.',
    partitioned: true,
    job: { type: 'external' }, // a process outside, extract.ts, says when it starts and when it is done
  });
  const rzAirports = await coordinator.createDataflow('rz', 'airports', '', '', {
    description: "The month's list of airports.",
    partitioned: true,
    job: { ...job, type: 'activity', name: 'snapshotAirports' },
  });
  const szFlights = await coordinator.createDataflow('sz', 'flights', '', '', {
    description: 'Flights without impossible values and duplicates.',
    partitioned: true,
    trigger: { mode: 'auto' }, // starts by itself when its source has finished
    job: { ...job, type: 'activity', name: 'cleanFlights' },
  });
  const czDelays = await coordinator.createDataflow('cz', 'airport-delays', '', '', {
    description: 'How late flights arrive, by airport.',
    partitioned: true,
    trigger: { mode: 'auto', when: 'all' }, // … when both of its sources have
    workflowType: 'airportDelays', // a workflow of our own: workflows.ts
  });

  await coordinator.associateSourceToTarget(rzFlights, szFlights, { partition: 'same' });
  await coordinator.associateSourceToTarget(szFlights, czDelays, { partition: 'same' });
  await coordinator.associateSourceToTarget(rzAirports, czDelays, { partition: 'same' });
}
