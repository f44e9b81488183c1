// The question whether a run may start now, and its answers.

import type { DataflowStatus } from '../model';
import type { Explanation, LeftOut, NewestAge, RuleRow, RuleSource, StartRule } from '../rule';
import type { StartPolicy } from './policy';
import type { Pause, Places, WaitReason } from './wait-reason';

/** A ready queue row, as the decision needs it. */
export interface ReadyRow extends RuleRow {
  readonly readyAt: Date;
  /** Of a backlog that is to be consumed one source run a run. */
  readonly oneByOne: boolean;
}

export interface StartFacts<Row extends ReadyRow> {
  /** By the database's clock, as every other time here. */
  readonly now: Date;
  readonly openedAt: Date;
  /** A finished source asked for it, no person. */
  readonly triggered: boolean;
  /** Told of already that it is late. */
  readonly toldLate: boolean;
  readonly rule: StartRule;
  readonly policy: StartPolicy;
  readonly dataflow: string;
  readonly status: DataflowStatus;
  readonly pause: Pause | null;
  readonly sources: readonly RuleSource[];
  readonly ready: readonly Row[];
  readonly newest: NewestAge;
  readonly leftOut: LeftOut;
  /** It stands in line for a place: it has gathered enough. */
  readonly inLine: boolean;
  /** Null: as many runs at once as there are slots. */
  readonly places: Places | null;
}

interface Decided {
  readonly explanation: Explanation;
  /** It should have started by now (`startBy`), and nobody was told. */
  readonly late: boolean;
}

export type StartDecision<Row extends ReadyRow> =
  | (Decided & {
      readonly kind: 'start';
      readonly claim: readonly Row[];
      /** `deadline`: the rule isn't met; the run starts with what is there. */
      readonly because: 'rule' | 'deadline';
    })
  | (Decided & {
      readonly kind: 'wait';
      readonly reason: WaitReason;
      /** When time alone may change the answer. */
      readonly lookAt: Date | null;
    })
  | (Decided & { readonly kind: 'end'; readonly state: 'expired' | 'cancelled'; readonly message: string });

/** Its sources are there: it starts, or only something else holds it up. */
export const isMet = (decision: StartDecision<ReadyRow>): boolean =>
  decision.kind === 'start' || (decision.kind === 'wait' && decision.reason.for !== 'sources');
