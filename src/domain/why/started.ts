// How a run came to start, and what it consumed.

import { showDuration } from '../duration';
import type { Run } from '../model';
import { explain, leavesOf, showRule } from '../rule';
import type { ExplanationLeaf, StartRule } from '../rule';
import type { StartPolicy } from '../start';
import { givenBack } from './given-back';
import { partitionsOf } from './queue-rows';
import type { WhyFacts, WhySource, WhyStart } from './types';
import { at, NAMED, runs } from './words';

/** The longest rule that the paragraph repeats; the tree has all of it. */
const LONGEST_RULE = 200;

export function started(title: string, run: Run, facts: WhyFacts, start: WhyStart): string[] {
  const waited = start.waited ? ` (it had waited since ${at(run.openedAt)})` : '';
  const when = `${title} started at ${at(run.startedAt ?? run.openedAt)}${waited}`;
  const how = `${when} ${asked(run, start)}${resumed(start)}${because(run, facts, start)}; it consumed ${consumed(facts, run)}.`;
  if (run.rerunOf !== null) return [how];
  // What it lacked when its deadline was over is told with that.
  return [how, ...givenBack(facts), ...(start.because === 'deadline' || facts.sourceCount === 0 ? [] : without(facts))];
}

function asked({ rerunOf, cause }: Run, { askedBy, askedAs, by, reason }: WhyStart): string {
  const who = by ?? 'somebody';
  const why = reason === null ? '' : ` (${reason})`;
  if (rerunOf !== null) {
    const replay = askedBy === 'replay' && askedAs !== null ? ` in replay ${askedAs}` : '';
    return `as the ${cause ?? 'rerun'} of run ${rerunOf}${replay}${by === null ? '' : `, which ${who} asked for${why}`}`;
  }
  switch (askedBy) {
    case 'source':
      return 'because a finished source asked for it';
    case 'schedule':
      return `because its schedule asked for it${askedAs === null ? '' : `, for ${at(new Date(askedAs))}`}`;
    case 'backfill':
    case 'replay':
      return `because ${askedBy} ${String(askedAs)} asked for it`;
    case 'person':
      return `because ${who} asked for it${why}`;
  }
}

const resumed = ({ resumed: by }: WhyStart): string =>
  by ? `, once ${by.by} had resumed ${by.subject}${by.reason === null ? '' : ` (${by.reason})`},` : '';

function because({ rule, policy }: Run, { explanation }: WhyFacts, { because: why, gathered }: WhyStart): string {
  switch (why) {
    case 'retry':
    case 'replay':
      return '';
    case 'ignore':
      return ` and waited for nothing (dependencyCheck 'ignore')`;
    case 'deadline': {
      const after = policy.deadline ? ` (${policy.deadline.after})` : '';
      const unmet = explanation && !explanation.satisfied ? ` (${explain(explanation)})` : '';
      return ` and its deadline${after} was over, though its rule wasn't met${unmet}`;
    }
    case 'rule':
      return ` and its rule was met${inWords(rule)}${gathered === null ? '' : `, ${GATHERED[gathered](policy)}`}`;
  }
}

const GATHERED: Readonly<Record<NonNullable<WhyStart['gathered']>, (policy: StartPolicy) => string>> = {
  quiet: ({ debounce }) => `once nothing more had come for ${String(debounce)} (debounce)`,
  maxWait: ({ maxWait }) => `once it had gathered for ${String(maxWait)} (maxWait)`,
  maxSources: ({ maxSources }) => `once it had the ${runs(maxSources ?? 0)} that one run takes (maxSources)`,
};

function inWords({ check, rule }: StartRule): string {
  switch (check) {
    case 'all':
    case 'any':
      return ` (${check} of its sources)`;
    case 'sourceIds':
    case 'sourceRunIds':
      return ' (what its start named was there)';
    case 'rule': {
      const text = rule ? showRule(rule) : '';
      return text === '' || text.length > LONGEST_RULE ? '' : ` (${text})`;
    }
    case 'ignore':
      return '';
  }
}

/** `3 source runs: 2 of rz:a (hour=00, hour=01), 1 of rz:b` */
function consumed({ sourceCount, sources }: WhyFacts, run: Run): string {
  if (sourceCount === 0) return 'nothing';
  const own = sources.filter(({ queueRowCount }) => queueRowCount > 0);
  const list = own.slice(0, NAMED).map((source) => share(source, run.slot));
  const more = own.length > NAMED ? ` and of ${String(own.length - NAMED)} more sources` : '';
  return `${runs(sourceCount)}: ${list.join(', ')}${more}`;
}

function share(source: WhySource, slot: string): string {
  const partitions = partitionsOf(source, NAMED);
  const which = partitions === '' || partitions === slot ? '' : ` (${partitions})`;
  return `${source.queueRowCount.toLocaleString('en-US')} of ${source.source}${which}`;
}

/** What its rule looked at, and it did without. */
function without({ explanation }: WhyFacts): string[] {
  const leaves = explanation ? leavesOf(explanation).filter(({ ready, unrelated }) => ready === 0 && !unrelated) : [];
  const named = [...new Map(leaves.map((leaf) => [leaf.source, leaf])).values()];
  if (named.length === 0) return [];
  const more = named.length > NAMED ? ` and ${String(named.length - NAMED)} more` : '';
  return [`It consumed nothing of ${named.slice(0, NAMED).map(excused).join(', ')}${more}.`];
}

function excused({ source, leftOut, age, optional }: ExplanationLeaf): string {
  if (leftOut) return `${source} (its relation was ${leftOut})`;
  if (optional) return `${source} (optional)`;
  return age == null ? source : `${source} (its newest run was ${showDuration(age)} old)`;
}
