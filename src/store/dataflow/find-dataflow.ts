// One dataflow, by its id or its key; or several by their ids.

import { NotFoundError } from '../../domain/errors';
import { dataflowId } from '../../domain/ids';
import type { DataflowId } from '../../domain/ids';
import type { Dataflow } from '../../domain/model';
import type { DataflowRef } from '../../domain/start-request';
import type { Queryable } from '../database';
import { DATAFLOW_SELECT, rowToDataflow } from './row';
import type { DataflowRow } from './row';

/** @throws NotFoundError */
export async function findDataflow(db: Queryable, ref: DataflowRef): Promise<Dataflow> {
  const [column, value] = 'id' in ref ? ['d.id', ref.id] : ['d.dataflow_key', ref.key];
  const [row] = await db.select<DataflowRow>(
    `${DATAFLOW_SELECT}
     WHERE ${column} = ?`, // PRIMARY or dataflow_by_key
    [value],
  );
  if (row) return rowToDataflow(row);
  throw new NotFoundError(
    `There is no dataflow ${value}. Create it first, or check the ${'id' in ref ? 'id' : 'key'}.`,
    {
      dataflow: value,
    },
  );
}

/** By their ids. */
export async function findDataflows(db: Queryable, ids: readonly DataflowId[]): Promise<Map<DataflowId, Dataflow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.select<DataflowRow>(
    `${DATAFLOW_SELECT}
     WHERE d.id IN (?)`, // PRIMARY
    [[...ids]],
  );
  return new Map(rows.map((row) => [dataflowId(row.id), rowToDataflow(row)]));
}

/** In a transaction whose decision rests on its pause. */
export async function lockDataflow(tx: Queryable, id: DataflowId): Promise<Dataflow> {
  await tx.select('SELECT id FROM dataflow WHERE id = ? FOR UPDATE', [id]); // PRIMARY
  return findDataflow(tx, { id });
}
