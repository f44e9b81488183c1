// The built-in workflow type `lineageHousekeeper`: one a lake, holding one long activity that heartbeats, so that Temporal elects the
// worker that does it, and another one when that dies. The system is correct without it; it heals what was broken from outside.

import { continueAsNew, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { HealOptions, LineageActivities } from '../activities';
import { describeFinding } from '../domain/finding';
import { readHealing } from '../domain/healing';
import type { Healing } from '../domain/healing';
import { describeTrouble } from '../domain/trouble';

const { lineageHousekeep } = proxyActivities<LineageActivities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  summary: 'look over the lake, and heal what is found',
});

export async function lineageHousekeeper(): Promise<void> {
  setCurrentDetails(
    'Looks for lost wake-ups, runs whose workflow is gone and expired leases, and heals them (`dlc doctor`).',
  );
  await lineageHousekeep();
  await continueAsNew<typeof lineageHousekeeper>();
}

const { lineageHeal } = proxyActivities<LineageActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 3 },
  summary: 'look over the lake once, and heal what is found',
});

/** `lineageHeal`: the same on demand, once. */
export async function lineageHealing(options: HealOptions = {}): Promise<Healing> {
  const healing = readHealing(await lineageHeal(options));
  const { healed, failed } = healing;
  const lines = [...failed.map(describeTrouble), ...healed.map(describeFinding)];
  setCurrentDetails([`Healed: ${String(healed.length)}`, ...lines.slice(0, 50)].join('\n\n'));
  return healing;
}
