// A rule as a field of a request.

import { z } from 'zod';
import { InvalidArgumentError } from '../errors';
import { refusedBy } from '../parse';
import { RULE_REF } from './json-schema';
import { parseRule } from './parse';
import type { RuleInput } from './parse';
import type { RuleNode } from './types';

/** One of `words`, or a nested rule. */
export const ruleOr = <const Words extends readonly string[]>(field: string, words: Words) =>
  z
    .custom<Words[number] | Exclude<RuleInput, string>>()
    .meta({ anyOf: [{ enum: words }, { $ref: RULE_REF }] })
    .transform(
      refusedBy((value: Words[number] | Exclude<RuleInput, string>): Words[number] | RuleNode => {
        if (typeof value !== 'string') return parseRule(value, field);
        if (words.includes(value)) return value;
        throw new InvalidArgumentError(`${field} must be one of ${words.join(', ')}, or a nested rule.`, { field });
      }, field),
    );
