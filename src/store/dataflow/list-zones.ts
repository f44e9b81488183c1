// The zones that have dataflows, each with its pause.

import type { Zone } from '../../domain/zone';
import type { Queryable } from '../database';

interface Row {
  zone: string;
  dataflows: number;
  paused: number | string;
  paused_at: Date | null;
  paused_by: string | null;
  pause_reason: string | null;
}

/** In the order of their names. Retired dataflows don't count. */
export async function listZones(db: Queryable): Promise<Zone[]> {
  const rows = await db.select<Row>(
    `SELECT f.zone, f.dataflows, f.paused, z.paused_at, z.paused_by, z.pause_reason
     FROM (
       SELECT zone, COUNT(*) AS dataflows, SUM(paused_at IS NOT NULL) AS paused
       FROM dataflow
       WHERE status <> 'retired'
       GROUP BY zone
     ) f
     LEFT JOIN zone_pause z ON z.zone = f.zone
     ORDER BY f.zone`,
  );
  return rows.map(rowToZone);
}

function rowToZone({ zone, dataflows, paused, paused_at: since, paused_by: by, pause_reason: reason }: Row): Zone {
  const pause = since && ({ scope: 'zone', name: zone, since, by: by ?? '', reason } as const);
  return { zone, dataflows, pausedDataflows: Number(paused), pause };
}
