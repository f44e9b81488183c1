// JSON level by level. Its writer may nest it deeper than a recursion's stack, so nothing here recurses; what has passed may
// be given to what does.

/** The objects and lists of each level, outermost first. An endless number for one that holds itself. */
export function* levels(value: unknown): Generator<readonly object[]> {
  let level = [value].filter(isContainer);
  while (level.length > 0) {
    yield level;
    level = [...new Set(level.flatMap((container) => Object.values(container).filter(isContainer)))];
  }
}

/** `{ a: 1 }` has one level, `{ a: [] }` has two. */
export function isDeeperThan(max: number, value: unknown): boolean {
  let depth = 0;
  for (const _ of levels(value)) {
    if (++depth > max) return true;
  }
  return false;
}

/** The names that lead from a value to an object or list in it, by a shortest way. */
export function pathTo(value: object, inner: object): string[] {
  const way = new Map<object, readonly [holder: object, name: string]>();
  for (const level of levels(value)) {
    for (const holder of level) {
      for (const [name, part] of Object.entries(holder)) {
        if (isContainer(part) && part !== value && !way.has(part)) way.set(part, [holder, name]);
      }
    }
    if (inner === value || way.has(inner)) break;
  }
  const path: string[] = [];
  for (let step = way.get(inner); step; step = way.get(step[0])) path.unshift(step[1]);
  return path;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
