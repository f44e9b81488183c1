// Where a part of a declaration stands in its file.

import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { offsetOf } from './value';

export interface Place {
  readonly offset: number;
  /** How much of the path is there. */
  readonly depth: number;
}

/**
 * A plain value itself, else the name that it stands under: a reader finds `trigger:` sooner than what begins on the next line.
 * Of what isn't there, the nearest that holds it.
 */
export function locate(document: Document.Parsed, path: readonly string[], ofName = false): Place {
  let node: Node | null | undefined = document.contents;
  let place: Place = { offset: offsetOf(node), depth: 0 };
  for (const step of path) {
    const holder: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap(holder)) {
      const pairs = holder.items as Pair<Node, Node | null>[];
      const pair: Pair<Node, Node | null> | undefined = pairs.find(
        ({ key }) => isScalar(key) && String(key.value) === step,
      );
      if (!pair) return place;
      place = { offset: offsetOf(pair.key), depth: place.depth + 1 };
      node = pair.value;
    } else if (isSeq(holder) && holder.items[Number(step)] !== undefined) {
      node = holder.items[Number(step)] as Node;
      place = { offset: offsetOf(node), depth: place.depth + 1 };
    } else {
      return place;
    }
  }
  const itself = isScalar(node) && node.value !== null && !ofName;
  return itself ? { ...place, offset: offsetOf(node) } : place;
}
