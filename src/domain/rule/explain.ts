// A decision in words.

import { showDuration } from '../duration';
import { DependencyNotReadyError } from '../errors';
import { abridge, leavesOf, MAX_LEAVES_INLINE } from './abridge';
import type { Explanation, ExplanationLeaf, RuleNode } from './types';

type Part = Explanation | ExplanationLeaf;

/** Parts of a group listed by name. */
const LISTED = 5;
const HOUR = 3_600_000;
/** Sources named in one line at most, in however many groups. */
const NAMED = 25;

/** One line for people: `waiting for sz:fx, any of (sz:rates, sz:ecb); has 2 of 4`. */
export function explain(explanation: Explanation): string {
  if (explanation.satisfied) return explanation.need === 0 ? 'waits for nothing' : 'everything it waits for is ready';
  const { have, need } = explanation;
  // Of one thing that it needs it has none: what it has of that, the thing itself says.
  const has = need === 1 ? '' : `; has ${String(have)} of ${String(need)}`;
  return `waiting for ${wanted(abridge(explanation, NAMED))}${has}`;
}

/** What is waited for and isn't there, in the order of the rule; what a met part of the rule leaves out isn't. */
export function missingSources(explanation: Explanation): string[] {
  const missing = explanation.of.flatMap((part) => {
    if (part.satisfied || 'leftOut' in part) return [];
    return 'of' in part ? missingSources(part) : [part.source];
  });
  return [...new Set(missing)];
}

/** Whether a source (its key), or a source run (its runId), is waited for and isn't there. */
export const isWaitingFor = (explanation: Explanation, source: string): boolean =>
  !explanation.satisfied && missingSources(explanation).includes(source);

/** Whether anything that is waited for is there; asked of the whole explanation. */
export function hasReady(explanation: Explanation): boolean {
  return leavesOf(explanation).some((leaf) => leaf.ready > 0 && !leaf.optional);
}

/** The refusal of a start that doesn't wait: it travels, so it names some of what is missing, and says how much it is. */
export function dependencyNotReady(target: string, explanation: Explanation): DependencyNotReadyError {
  const missing = missingSources(explanation);
  const then =
    explanation.check === 'sourceRunIds'
      ? 'are ready (one that failed, or that another run has consumed, is not ready again by itself)'
      : 'have finished';
  return new DependencyNotReadyError(
    `${target} can't start: ${explain(explanation)}. Start it again when they ${then}, with wait: true to wait for them, ` +
      `or with dependencyCheck: 'ignore' to go without them.`,
    { missing: missing.slice(0, MAX_LEAVES_INLINE), missingCount: missing.length, explanation: abridge(explanation) },
  );
}

function wanted({ check, need, have, of, omittedUnmet = 0 }: Explanation): string {
  const all = check === 'all' || check === 'sourceIds' || check === 'sourceRunIds';
  const missing = of.filter((part) => !part.satisfied && !(all && 'leftOut' in part));
  const shown = missing.slice(0, LISTED).map(phrase);
  const more = missing.length - shown.length + omittedUnmet;
  const text = shown.join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
  if (check === 'any') return `any of ${text}`;
  return check === 'atLeast' ? `${String(need - have)} more of ${text}` : text;
}

function phrase(part: Part): string {
  return 'of' in part ? `(${wanted(part)})` : `${part.source}${why(part)}`;
}

/** What a leaf lacks, where its name alone doesn't say it. */
function why({ ready, need, within, age, unrelated, leftOut }: ExplanationLeaf): string {
  if (leftOut) return ` (${leftOut})`;
  if (unrelated) return ' (no source of it)';
  if (need !== undefined && ready < need) return ` (has ${String(ready)} of ${String(need)})`;
  if (within === undefined) return '';
  const limit = showLimit(within);
  return age == null ? ` (none within ${limit})` : ` (the newest is ${showDuration(age)} old, not within ${limit})`;
}

/** As rules are mostly written: `24 h`, not `1 d`. */
const showLimit = (within: number): string =>
  within % HOUR === 0 && within <= 48 * HOUR ? `${String(within / HOUR)} h` : showDuration(within);

/** A rule on one line: `all of (rz:a, 24 × rz:b, any of (rz:c, rz:d within 24 hours))`. */
export function showRule(rule: string | RuleNode): string {
  if (typeof rule === 'string') return rule;
  if ('source' in rule) {
    const { source, count, within, optional } = rule;
    const times = count > 1 ? `${String(count)} × ` : '';
    return `${times}${source}${within === null ? '' : ` within ${within}`}${optional ? ' (optional)' : ''}`;
  }
  const list = (of: readonly RuleNode[]): string => `(${of.map(showRule).join(', ')})`;
  if ('all' in rule) return `all of ${list(rule.all)}`;
  return 'any' in rule ? `any of ${list(rule.any)}` : `${String(rule.atLeast)} of ${list(rule.of)}`;
}
