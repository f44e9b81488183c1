// Applies a declaration in a process of its own that dies as DLC_CRASH says (see crash.ts).
// Parent → child: the declaration. Child → parent: `ready` once it takes one.

import { once } from 'node:events';
import { ZoneDataFlowCoordinator } from '../../src';
import type { Declaration } from '../../src';
import { dieAt } from './crash';
import { setting } from './settings';

dieAt(setting('DLC_CRASH'));

async function main(): Promise<void> {
  const coordinator = await ZoneDataFlowCoordinator.connect({
    mysql: setting('DLC_TEST_DATABASE_URL'),
    taskQueue: setting('DLC_TEST_TASK_QUEUE'),
    environment: { TEMPORAL_ADDRESS: setting('DLC_TEST_TEMPORAL_ADDRESS') },
  });
  const told = once(process, 'message') as Promise<[Declaration]>;
  process.send?.('ready');
  const [declaration] = await told;
  await coordinator.apply(declaration);
}

void main();
