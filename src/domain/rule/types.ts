// What a rule is: when a target may start.

import type { DataflowId, QueueId, RelationId, RunId } from '../ids';
import type { PartitionMapping } from '../partition';

/**
 * What a start may ask for in one word. `all` and `any` look at the active relations, `sourceIds` and `sourceRunIds` at the
 * sources listed, `ignore` at nothing.
 */
export const DEPENDENCY_CHECKS = ['all', 'any', 'ignore', 'sourceIds', 'sourceRunIds'] as const;
export type DependencyCheck = (typeof DEPENDENCY_CHECKS)[number];

/** What one source has to have. */
export interface SourceCondition {
  /** The source's key. */
  readonly source: string;
  /**
   * Ready runs that it takes: 24 for 24 hourly runs to one daily run. Where the relation joins several partitions in one slot
   * (`hour→day`, `keep:date`), so many different ones: an hour that was run twice is one hour.
   */
  readonly count: number;
  /** Freshness, as written (`24 hours`): the source's newest run must not be older. It may have been consumed before. */
  readonly within: string | null;
  /** Consumed if it is there, never waited for. */
  readonly optional: boolean;
}

/** A nested rule. Sources that it doesn't name are consumed if they are there, and never waited for. */
export type RuleNode =
  | SourceCondition
  | { readonly all: readonly RuleNode[] }
  | { readonly any: readonly RuleNode[] }
  | { readonly atLeast: number; readonly of: readonly RuleNode[] };

export interface StartRule {
  /** `rule`: the nested one below. */
  readonly check: DependencyCheck | 'rule';
  /** Dataflow ids or keys for `sourceIds`, runIds for `sourceRunIds`; not used otherwise. */
  readonly specificSources: readonly string[];
  readonly rule: RuleNode | null;
}

/** The rule of a start: in one word, or nested. */
export const startRule = (when: DependencyCheck | RuleNode, specificSources: readonly string[] = []): StartRule => ({
  check: typeof when === 'string' ? when : 'rule',
  specificSources,
  rule: typeof when === 'string' ? null : when,
});

/** A relation that is neither suspended nor terminated. */
export interface RuleSource {
  readonly relationId: RelationId;
  readonly sourceDataflowId: DataflowId;
  readonly sourceKey: string;
  readonly partition: PartitionMapping;
}

/** Sources whose relation is suspended or terminated, by their keys: a rule that names them doesn't wait for them. */
export type LeftOut = ReadonlyMap<string, 'suspended' | 'terminated'>;

/** An unclaimed queue row of one of these relations. */
export interface RuleRow {
  readonly queueId: QueueId;
  readonly sourceDataflowId: DataflowId;
  readonly sourceRunId: RunId;
  /** Which partition the source run wrote; null: none that it told of. */
  readonly dataflowPartitionKey: string | null;
}

/** How long ago the newest run for the slot came in, in milliseconds, by source; consumed ones count. */
export type NewestAge = ReadonlyMap<DataflowId, number>;

/** One thing that the rule looks at: a source (its key), or one source run (its runId). */
export interface ExplanationLeaf {
  readonly source: string;
  readonly satisfied: boolean;
  /** Ready source runs that count for it, or ready partitions (see `SourceCondition.count`). */
  readonly ready: number;
  /** Ready runs that it takes, where that isn't 1. */
  readonly need?: number;
  /** Where it is about freshness: how old the newest run may be, and is, in milliseconds; null: there is none. */
  readonly within?: number;
  readonly age?: number | null;
  /** Consumed if it is there, never waited for. */
  readonly optional?: true;
  /** The rule names it, but no relation does, or ever did. */
  readonly unrelated?: true;
  /** Its relation is off: it isn't waited for. */
  readonly leftOut?: 'suspended' | 'terminated';
}

export interface Explanation {
  readonly check: DependencyCheck | 'atLeast';
  readonly satisfied: boolean;
  /** How many of the parts that count are satisfied, and how many must be. */
  readonly have: number;
  readonly need: number;
  readonly of: readonly (Explanation | ExplanationLeaf)[];
  /** Nothing in it is waited for: it doesn't count where it is a part. */
  readonly optional?: true;
  /** Where it was abridged to travel: how many leaves were left out here, those of groups left out with them included. */
  readonly omitted?: number;
  /** How many of the parts left out here aren't satisfied. */
  readonly omittedUnmet?: number;
}

export interface Decision<Row extends RuleRow> {
  readonly satisfied: boolean;
  /** The ready rows that the rule is about: of `sourceIds` and `sourceRunIds` those listed, else all. */
  readonly counted: readonly Row[];
  /** What a start claims now; empty unless satisfied. */
  readonly claim: readonly Row[];
  readonly explanation: Explanation;
}
