// The messages of an open run, as Temporal definitions. Payloads are plain JSON from any language, so they are `unknown`
// until parsed: a bad one must never fail a workflow task.

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BackfillProgress } from '../domain/backfill';
import { MESSAGES } from '../domain/messages';
import type { FinishInfo, RunStatus, StartInfo } from '../domain/protocol';
import type { ReplayOutcome } from '../domain/replay';

export const startedRunUpdate = defineUpdate<StartInfo, [unknown]>(MESSAGES.startedRun);
export const finishRunUpdate = defineUpdate<FinishInfo, [unknown]>(MESSAGES.finishRun);
export const finishSignal = defineSignal<[unknown]>(MESSAGES.finish);
export const sourceFinishedSignal = defineSignal<[unknown]>(MESSAGES.sourceFinished);
export const heartbeatSignal = defineSignal<[unknown]>(MESSAGES.heartbeat);
export const startedBackfillUpdate = defineUpdate<BackfillProgress>(MESSAGES.startedBackfill);
export const progressQuery = defineQuery<BackfillProgress>(MESSAGES.progress);
export const goSignal = defineSignal(MESSAGES.go);
export const plannedUpdate = defineUpdate<ReplayOutcome>(MESSAGES.planned);
export const replayQuery = defineQuery<ReplayOutcome>(MESSAGES.status);
export const statusQuery = defineQuery<RunStatus>(MESSAGES.status);
