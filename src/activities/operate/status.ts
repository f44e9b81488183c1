// Disables, enables and retires a dataflow. Runs that have started go on to their end, and what they leave is queued as ever;
// waiting ones are cancelled when they look; sources go on queueing for it, except when it is retired, which ends its relations.

import { dataflowOff } from '../../domain/dataflow-off';
import { dataflowId } from '../../domain/ids';
import type { DataflowStatus } from '../../domain/model';
import { findDataflow, lockGraph, retireDataflow, setDataflowStatus } from '../../store';
import type { Queryable } from '../../store';
import type { Doer, Done } from './done';

export async function setStatus(tx: Queryable, id: string, status: DataflowStatus, doer: Doer): Promise<Done> {
  // Before it is read: one that is retired meanwhile stays so.
  await lockGraph(tx);
  const dataflow = await findDataflow(tx, { id: dataflowId(id) });
  const { key: subject } = dataflow;
  const itself = {
    subject,
    wakeDataflows: [dataflow.id],
    ...(status === 'retired' && { deleteSchedulesOf: [subject] }),
  };
  if (dataflow.status === status) return { ...itself, result: { changed: false, status } };
  if (dataflow.status === 'retired') throw dataflowOff(dataflow, `it can't be ${status}`);
  if (status !== 'retired') {
    await setDataflowStatus(tx, dataflow.id, status);
    return { ...itself, result: { changed: true, status } };
  }
  const { targets, terminatedRelations } = await retireDataflow(tx, dataflow, doer);
  return {
    ...itself,
    result: { changed: true, status, terminatedRelations },
    // Nobody waits for it any more.
    wakeDataflows: [dataflow.id, ...targets],
  };
}
