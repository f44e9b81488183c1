// Names of workflow types, messages and search attributes: the language-neutral contract.

/** The built-in workflow type. */
export const DATAFLOW_RUN = 'dataflowRun';

/** What a person does to dataflows, relations, zones and runs. */
export const DATAFLOW_OPERATION = 'dataflowOperation';

/** A run and everything that was made of it, once more. */
export const DATAFLOW_REPLAY = 'dataflowReplay';

/** Heals what was broken from outside: all the time, and once on demand. */
export const HOUSEKEEPER = 'lineageHousekeeper';
export const HEALING = 'lineageHealing';
/** Runs a range of partitions, so many at once. */
export const DATAFLOW_BACKFILL = 'dataflowBackfill';

export const MESSAGES = {
  /** Update, to a backfill: returns its progress once it has begun; refused with its code when it can't. */
  startedBackfill: 'startedBackfill',
  /** Query, to a backfill. */
  progress: 'progress',
  /** Update: returns the start info once the run has claimed its sources. Argument: the requestId. */
  startedRun: 'startedRun',
  /** Update: ends an external run; refused with its code when it can't. */
  finishRun: 'finishRun',
  /** Signal: the same, for those who can't send an update. A bad one is ignored and shown in `status`. */
  finish: 'finish',
  /** Signal: a wake-up; its content is never looked at (rule 1). */
  sourceFinished: 'sourceFinished',
  /** Signal: the external job is alive (it promised heartbeats at its start). `{ runId? }` */
  heartbeat: 'heartbeat',
  /** Signal, to an operation: the change that it follows is committed. */
  go: 'go',
  /** Update, of a replay: which runs it is about, once that is known. */
  planned: 'planned',
  /** Query. */
  status: 'status',
} as const;

export const SEARCH_ATTRIBUTES = { dataflow: 'DlcDataflow', partition: 'DlcPartition' } as const;

/** Failure types of our own beside the error codes; the sender of a message may try again. */
export const RUN_ENDING = 'RUN_ENDING';
/** Type of the failure of a workflow whose run ended `error`. */
export const RUN_FAILED = 'RUN_FAILED';
/** Error code of a run whose heartbeats stopped, and type of its workflow's failure. */
export const LEASE_EXPIRED = 'LEASE_EXPIRED';
