// The registered dataflows, in the order of their keys.

import type { Dataflow } from '../../domain/model';
import type { Queryable } from '../database';
import { DATAFLOW_SELECT, rowToDataflow } from './row';
import type { DataflowRow } from './row';

export interface DataflowFilter {
  readonly zone?: string | undefined;
  /** Keys after this one. */
  readonly after?: string | undefined;
  /** Default 1000. */
  readonly limit?: number | undefined;
}

/** All of them, or all of a zone. */
export async function allDataflows(db: Queryable, zone?: string): Promise<Dataflow[]> {
  const all: Dataflow[] = [];
  for (;;) {
    const page = await listDataflows(db, { zone, after: all.at(-1)?.key });
    all.push(...page);
    if (page.length === 0) return all;
  }
}

export async function listDataflows(db: Queryable, filter: DataflowFilter = {}): Promise<Dataflow[]> {
  const rows = await db.select<DataflowRow>(
    `${DATAFLOW_SELECT}
     WHERE d.dataflow_key > ?
       AND (? IS NULL OR d.zone = ?)
     ORDER BY d.dataflow_key
     LIMIT ?`, // dataflow_by_key
    [filter.after ?? '', filter.zone ?? null, filter.zone ?? null, filter.limit ?? 1000],
  );
  return rows.map(rowToDataflow);
}
