// Branded identifiers: a dataflow's id can't be handed over where a run's is wanted.

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Number of a registered dataflow, as a decimal string (it may exceed 2^53). */
export type DataflowId = Branded<string, 'DataflowId'>;

/** Number of a relation source → target, as a decimal string. */
export type RelationId = Branded<string, 'RelationId'>;

/** Number of a queue row, as a decimal string. */
export type QueueId = Branded<string, 'QueueId'>;

/** A run's identity: the Temporal run ID that it opened with (UUID). */
export type RunId = Branded<string, 'RunId'>;

export const dataflowId = (id: string | number): DataflowId => String(id) as DataflowId;
export const relationId = (id: string | number): RelationId => String(id) as RelationId;
export const queueId = (id: string | number): QueueId => String(id) as QueueId;
export const runId = (id: string): RunId => id as RunId;
