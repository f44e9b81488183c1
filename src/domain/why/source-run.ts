// How far a run of a source has come.

import type { Run } from '../model';
import { isOpen } from '../run-state';
import type { WhySourceRun } from './types';
import { at } from './words';

export const sourceRun = ({ runId, state, partitionKey, openedAt, startedAt, endedAt }: Run): WhySourceRun => ({
  runId,
  state,
  partitionKey,
  at: endedAt ?? startedAt ?? openedAt,
});

/** `ended error at …`, `is started since …` */
export const stands = ({ state, at: time }: WhySourceRun): string =>
  isOpen(state) ? `is ${state} since ${at(time)}` : `ended ${state} at ${at(time)}`;
