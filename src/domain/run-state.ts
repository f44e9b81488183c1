// A run's states and the moves between them.

/** The slot's open states come first. */
export const RUN_STATES = ['waiting', 'started', 'success', 'error', 'cancelled', 'orphaned', 'expired'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** States in which a run's job reports its end. */
export const FINISH_STATUSES = ['success', 'error'] as const;
export type FinishStatus = (typeof FINISH_STATUSES)[number];

/** States in which a run ends. */
export type EndState = Exclude<RunState, 'waiting' | 'started'>;

const NEXT: Readonly<Record<RunState, readonly RunState[]>> = {
  waiting: ['started', 'cancelled', 'orphaned', 'expired'],
  started: ['success', 'error', 'cancelled', 'orphaned'],
  success: [],
  error: [],
  cancelled: [],
  orphaned: [],
  expired: [],
};

export function canMove(from: RunState, to: RunState): boolean {
  return NEXT[from].includes(to);
}

/** Open: it holds its slot. */
export function isOpen(state: RunState): state is 'waiting' | 'started' {
  return NEXT[state].length > 0;
}
