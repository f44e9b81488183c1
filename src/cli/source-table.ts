// Source runs as a table: those that are ready, and those that a run has claimed.

import type { SourceRun } from '../domain/protocol';
import { table, time } from './format';

export function sourceTable(sources: readonly SourceRun[]): string {
  const rows = sources.map((source) => [
    source.sourceDataflow,
    source.sourceRunId,
    source.dataflowPartitionKey,
    source.dataflowBatchRunId,
    source.recordCount,
    time(source.readyAt),
  ]);
  return table(['source', 'source run', 'partition', 'batch', 'records', 'ready'], rows);
}
