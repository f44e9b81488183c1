// What a rule names, and whether there is such a dataflow.

import { InvalidArgumentError } from '../errors';
import type { RuleNode } from './types';

/** Each with where it stands. */
export function namedIn(rule: RuleNode, at: readonly string[]): { source: string; at: readonly string[] }[] {
  if ('source' in rule) return [{ source: rule.source, at: [...at, 'source'] }];
  const [name, parts] = 'all' in rule ? ['all', rule.all] : 'any' in rule ? ['any', rule.any] : ['of', rule.of];
  return parts.flatMap((part, index) => namedIn(part, [...at, name, String(index)]));
}

/**
 * What isn't registered, or is retired, can't become a source: it would be waited for in vain.
 * `statuses`: of those that are registered, by their keys.
 * @throws InvalidArgumentError
 */
export function checkRegistered(rule: RuleNode, statuses: ReadonlyMap<string, string>, field: string): void {
  for (const { source, at } of namedIn(rule, [field])) {
    const status = statuses.get(source);
    if (status !== undefined && status !== 'retired') continue;
    const what = status === undefined ? 'which is no registered dataflow' : 'which is retired, for good';
    const advice = status === undefined ? 'Create that one first, check its key, or leave it out.' : 'Leave it out.';
    throw new InvalidArgumentError(`${at.join('.')} names ${source}, ${what}. ${advice}`, {
      field: at.join('.'),
      source,
    });
  }
}
