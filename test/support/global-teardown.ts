// Stops what the set-up started, and removes its data.

import { rm } from 'node:fs/promises';
import { servers } from './servers';

export default async function globalTeardown(): Promise<void> {
  const started = servers.get();
  if (!started) return;
  await Promise.all([started.temporal.stop(), started.mysql.stop()]);
  await rm(started.directory, { recursive: true, force: true });
}
