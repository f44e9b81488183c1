// The reference model: what the lake must hold, computed anew from the order of the commits alone. It knows relations,
// queue rows, claims and rules as the design words them, and nothing of workflows, signals or SQL.

import type { Flow, Graph, RelationFact } from './graph';
import type { Entry, RunEvent } from './journal';

export interface RunFact {
  readonly runId: string;
  readonly flow: Flow;
  readonly slot: string;
  readonly partition: string | null;
  /** `own`: the dataflow's. */
  readonly check: string;
  /** The run whose sources it consumes once more. */
  readonly rerunOf: string | null;
}

export interface ModelRow {
  readonly relation: RelationFact;
  readonly sourceRun: string;
  readonly slot: string;
  /** Time from which on others see it. */
  readonly since: number;
  claim: { readonly by: string; readonly since: number } | undefined;
  /** By a run that came to nothing: it starts nothing by itself. */
  readonly givenBack?: boolean;
}

export class ReferenceModel {
  readonly rows: ModelRow[] = [];
  readonly states = new Map<string, string>();
  /** What the model doesn't allow. */
  readonly problems: string[] = [];
  private readonly suspensions: { readonly relationId: string; readonly yes: boolean; readonly since: number }[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly runs: ReadonlyMap<string, RunFact>,
  ) {}

  apply(entry: Entry): void {
    if (entry.suspended) this.suspensions.push({ ...entry.suspended, since: entry.committed });
    // It may open once more, under the same ID: its workflow goes on.
    for (const runId of entry.forgotten) this.states.delete(runId);
    for (const event of entry.events) this.happened(event, entry);
  }

  /** Rows that a slot's run may claim at a time. */
  ready(flow: Flow, slot: string, time = Infinity): ModelRow[] {
    return this.rows.filter(
      ({ relation, slot: of, since, claim }) =>
        relation.target === flow &&
        of === slot &&
        since <= time &&
        !(claim && claim.since <= time) &&
        this.isActive(relation, time),
    );
  }

  isMet(flow: Flow, check: string, ready: readonly ModelRow[], time = Infinity): boolean {
    const active = this.graph.relations
      .filter(({ target }) => target === flow)
      .filter((one) => this.isActive(one, time));
    const have = new Set(ready.map(({ relation }) => relation));
    const rule = check === 'rule' ? flow.when : check;
    switch (rule) {
      case 'ignore':
        return true;
      case 'all':
        return active.every((relation) => have.has(relation));
      case 'any':
        return active.length === 0 || have.size > 0;
      case 'atLeast':
        return have.size >= Math.min(2, flow.sources.length);
      default:
        throw new Error(`The model has no rule ${rule}.`);
    }
  }

  private happened({ runId, event }: RunEvent, { began, committed }: Entry): void {
    if (RERUNS.has(event)) {
      const state = this.states.get(runId) ?? 'none';
      if ((state === 'success') !== (event === 'replay') || OPEN.has(state))
        this.problems.push(`run ${runId}, ${state}, got a ${event}`);
      return;
    }
    if (event === 'release') return this.givesBack(runId, committed);
    // Who wants it to end; its state follows.
    if (event === 'cancel') return;
    const before = this.states.get(runId) ?? 'none';
    if (!ALLOWED[before]?.includes(event)) this.problems.push(`run ${runId} went from ${before} to ${event}`);
    this.states.set(runId, event);
    const run = this.runs.get(runId);
    if (!run) {
      if (event !== 'waiting') this.problems.push(`run ${runId} is gone, after ${event}`);
      return;
    }
    if (event === 'started') this.started(run, began, committed);
    if (event === 'success') this.succeeded(run, committed);
  }

  private started({ runId, flow, slot, check, rerunOf }: RunFact, began: number, committed: number): void {
    if (rerunOf !== null) {
      // What was given back of its sources, or else those once more.
      const again = [...this.queuedAgain(rerunOf, committed), ...this.rows.filter((row) => this.isFree(row, rerunOf))];
      for (const row of again) row.claim = { by: runId, since: committed };
      this.rows.push(...again.filter((row) => !this.rows.includes(row)));
      return;
    }
    const ready = this.ready(flow, slot, began);
    if (!this.isMet(flow, check, ready, began))
      this.problems.push(`run ${runId} of ${flow.key} started on a rule that isn't met`);
    for (const row of ready) row.claim = { by: runId, since: committed };
  }

  private givesBack(runId: string, since: number): void {
    const before = this.successesBefore(runId);
    const isConsumed = (row: ModelRow): boolean =>
      this.rows.some((other) => before.has(other.claim?.by ?? '') && isSameSource(other, row));
    const again = this.queuedAgain(runId, since).filter((row) => !isConsumed(row));
    this.rows.push(...again.map((row) => ({ ...row, givenBack: true })));
    const { flow } = this.runs.get(runId) ?? {};
    if (flow?.release !== true) this.problems.push(`run ${runId} gave back what it was to keep`);
  }

  /** Of what it is a rerun of: what they consumed is consumed. */
  private successesBefore(runId: string): Set<string> {
    const found = new Set<string>();
    for (let id = this.runs.get(runId)?.rerunOf ?? null; id !== null; id = this.runs.get(id)?.rerunOf ?? null)
      if (this.states.get(id) === 'success') found.add(id);
    return found;
  }

  /** New rows for what a run had claimed, where none is in the queue already. */
  private queuedAgain(runId: string, since: number): ModelRow[] {
    return this.rows
      .filter(({ claim }) => claim?.by === runId)
      .filter((row) => !this.rows.some((other) => !other.claim && isSameSource(other, row)))
      .map((row) => ({ ...row, since, claim: undefined }));
  }

  /** Nobody's, and of a source that the run had claimed. */
  private isFree(row: ModelRow, runId: string): boolean {
    return !row.claim && this.rows.some((other) => other.claim?.by === runId && isSameSource(other, row));
  }

  private succeeded({ runId, flow, partition }: RunFact, since: number): void {
    for (const relation of this.graph.relations.filter(({ source }) => source === flow)) {
      const slot = relation.target.partitioned ? (partition ?? '') : '';
      this.rows.push({ relation, sourceRun: runId, slot, since, claim: undefined });
    }
  }

  private isActive(relation: RelationFact, time: number): boolean {
    const last = this.suspensions.filter(({ relationId, since }) => relationId === relation.id && since <= time).at(-1);
    return !last?.yes;
  }
}

const isSameSource = (one: ModelRow, other: ModelRow): boolean =>
  one.relation === other.relation && one.sourceRun === other.sourceRun && one.slot === other.slot;

const RERUNS: ReadonlySet<string> = new Set(['retry', 'replay']);
const OPEN: ReadonlySet<string> = new Set(['none', 'waiting', 'started']);
const ENDS = ['cancelled', 'orphaned', 'expired'];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  none: ['waiting', 'started'],
  waiting: ['started', ...ENDS],
  started: ['success', 'error', ...ENDS],
};
