// A person has paused a workflow's execution in Temporal: it handles nothing of what it is sent until somebody unpauses it.

export interface PausedExecution {
  readonly workflowId: string;
  /** As Temporal has them: `''` where it doesn't say. */
  readonly by: string;
  readonly reason: string;
}

/** When it goes on. */
export const onceUnpaused = ({ workflowId, by, reason }: PausedExecution): string =>
  `once somebody unpauses its workflow ${workflowId} in Temporal, where it was paused${by && ` by ${by}`}${reason && `: ${reason}`}`;
