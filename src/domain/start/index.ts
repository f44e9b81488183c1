// Starts: whether a run may start now, and what it then claims.

export { decideStart } from './decide';
export { isMet } from './decision';
export type { ReadyRow, StartDecision, StartFacts } from './decision';
export { gatheredUntil } from './gathered';
export type { Gathered } from './gathered';
export { explainPause, explainWait } from './explain';
export {
  asksForTime,
  checkPolicy,
  compactPolicy,
  mergePolicy,
  NO_POLICY,
  pickPolicy,
  policyFields,
  wholeNumber,
} from './policy';
export { changedDeadline } from './change-deadline';
export type { DeadlineChange } from './change-deadline';
export type { Deadline, StartPolicy } from './policy';
export type { Pause, Places, WaitKind, WaitReason } from './wait-reason';
