// A pause of a dataflow or of a zone, and a dataflow's status.

import type { DataflowId } from '../../domain/ids';
import type { DataflowStatus } from '../../domain/model';
import type { Queryable } from '../database';

interface Who {
  readonly by: string;
  readonly reason: string | null;
}

export async function pauseDataflow(tx: Queryable, id: string, { by, reason }: Who): Promise<void> {
  await tx.write(
    `UPDATE dataflow
     SET paused_at = UTC_TIMESTAMP(6), paused_by = ?, pause_reason = ?
     WHERE id = ?`, // PRIMARY
    [by, reason, id],
  );
}

export async function resumeDataflow(tx: Queryable, id: string): Promise<void> {
  await tx.write('UPDATE dataflow SET paused_at = NULL, paused_by = NULL, pause_reason = NULL WHERE id = ?', [id]); // PRIMARY
}

export async function isZonePaused(db: Queryable, zone: string): Promise<boolean> {
  return (await db.select('SELECT 1 FROM zone_pause WHERE zone = ?', [zone])).length > 0; // PRIMARY
}

/** In a transaction that resumes: of two at once, the second one sees that the first one has left it nothing to wait for. */
export async function isZonePausedLocked(tx: Queryable, zone: string): Promise<boolean> {
  return (await tx.select('SELECT 1 FROM zone_pause WHERE zone = ? FOR UPDATE', [zone])).length > 0; // PRIMARY
}

export async function pauseZone(tx: Queryable, zone: string, { by, reason }: Who): Promise<void> {
  await tx.write(
    `INSERT IGNORE INTO zone_pause (zone, paused_at, paused_by, pause_reason)
     VALUES (?, UTC_TIMESTAMP(6), ?, ?)`,
    [zone, by, reason],
  );
}

export async function resumeZone(tx: Queryable, zone: string): Promise<void> {
  await tx.write('DELETE FROM zone_pause WHERE zone = ?', [zone]); // PRIMARY
}

export async function setDataflowStatus(tx: Queryable, id: DataflowId, status: DataflowStatus): Promise<void> {
  await tx.write('UPDATE dataflow SET status = ?, updated_at = UTC_TIMESTAMP(6) WHERE id = ?', [status, id]); // PRIMARY
}
