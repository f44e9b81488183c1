// What keeps a run from starting.

/** Why nothing of a dataflow starts at present. */
export interface Pause {
  readonly scope: 'dataflow' | 'zone';
  /** The dataflow's key, or the zone. */
  readonly name: string;
  readonly since: Date;
  readonly by: string;
  readonly reason: string | null;
}

/** The dataflow's limit of runs at once. */
export interface Places {
  readonly limit: number;
  /** Runs that have started and not ended. */
  readonly running: number;
  /** Runs that wait for a place, and come first. */
  readonly ahead: number;
}

/** What a waiting run waits for. Plain JSON, for it travels; times are ISO 8601, UTC. */
export type WaitReason =
  | { readonly for: 'sources' }
  /** The rule is met, and more may come: debounce. */
  | { readonly for: 'quiet'; readonly ready: number; readonly until: string }
  | ({ readonly for: 'place' } & Places)
  | ({ readonly for: 'pause'; readonly since: string } & Omit<Pause, 'since'>);

export type WaitKind = WaitReason['for'];
