// Lets go of what a backfill or a replay kept back for its targets: all at once, so that each target looks once.

import { releaseHeld } from '../../store';
import type { Queryable } from '../../store';
import type { Done } from './done';

export async function releaseWithheld(tx: Queryable, holder: string, progress: () => void): Promise<Done> {
  const targets = await releaseHeld(tx, holder, progress);
  return { subject: holder, result: { changed: targets.length > 0 }, wakeDataflows: targets };
}
