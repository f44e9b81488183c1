// The value that a YAML document holds, made by ourselves: the yaml package would take a field that is there twice, or a number that
// loses digits, without a word.

import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, ParsedNode, Range } from 'yaml';

export interface Complaint {
  readonly offset: number;
  readonly message: string;
  /** Where it was before: for what is there twice. */
  readonly before?: number;
}

/** Nodes of one document, those of each alias counted anew: ten lines of aliases may stand for a billion nodes. */
const MAX_NODES = 500_000;
const MAX_DEPTH = 100;

/** Stops at what is too much; everything else is told, and read as well as can be. */
export function valueOf(document: Document.Parsed, complaints: Complaint[]): unknown {
  let nodes = 0;
  let aliases = 0;
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  return read(document.contents, 0);

  function read(node: ParsedNode | Node | null | undefined, depth: number): unknown {
    if (!node) return null;
    const offset = offsetOf(node);
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      if (nodes < Infinity) complaints.push({ offset, message: depth > MAX_DEPTH ? TOO_DEEP : TOO_MANY });
      nodes = Infinity;
      return null;
    }
    if (isAlias(node)) return readAlias(node, depth);
    // What an alias stands for was met before; names mean what they meant there.
    if (aliases === 0 && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq(node)) return node.items.map((item) => read(item as Node, depth + 1));
    if (isMap(node)) return readMap(node.items as Item[], depth);
    if (isScalar(node) && typeof node.value === 'number') checkDigits(node.value, node.source ?? '', offset);
    return isScalar(node) ? node.value : null;
  }

  function readAlias(alias: Alias, depth: number): unknown {
    const target = targets.get(alias) ?? anchors.get(alias.source);
    if (!target) {
      complaints.push({ offset: offsetOf(alias), message: `There is no &${alias.source} before this.` });
      return null;
    }
    targets.set(alias, target);
    aliases++;
    const value = read(target, depth + 1);
    aliases--;
    return value;
  }

  function readMap(items: readonly Item[], depth: number): unknown {
    const first = new Map<string, number>();
    const entries = items.map(({ key, value }): [string, unknown] => {
      const name = isScalar(key) ? String(key.value) : '';
      const offset = offsetOf(key);
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        complaints.push({ offset, message: "Merge keys (<<) aren't read. Use an alias for a whole value instead." });
      }
      const before = first.get(name);
      if (before === undefined) first.set(name, offset);
      else complaints.push({ offset, before, message: `${JSON.stringify(name)} is there twice` });
      return [name, read(value, depth + 1)];
    });
    // Not by assignment: `__proto__` is a name like any other.
    return Object.fromEntries(entries);
  }

  function checkDigits(value: number, source: string, offset: number): void {
    if (!/^[-+]?\d+$/.test(source) || Number.isSafeInteger(value) || String(value) === source) return;
    complaints.push({ offset, message: `The number ${source} has too many digits. Write it as text, in quotes.` });
  }
}

interface Item {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

const TOO_DEEP = `This is nested deeper than ${String(MAX_DEPTH)} levels.`;
const TOO_MANY = `This file holds more than ${MAX_NODES.toLocaleString('en-US')} values, those of its aliases counted each time.`;

export const offsetOf = (node: { readonly range?: Range | null | undefined } | null | undefined): number =>
  node?.range?.[0] ?? 0;
