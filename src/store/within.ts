// An end to a wait.

/**
 * What `start` resolves with, in time. `late`: what becomes of a value that came after that; nobody has it.
 * @throws what `tooLong` returns, which is told how long was waited; what `start` throws in time.
 */
export async function within<T>(
  ms: number,
  start: () => Promise<T>,
  tooLong: (after: string) => Error,
  late?: (value: T) => void,
): Promise<T> {
  if (ms === Infinity) return start();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(tooLong(`${String(ms / 1000)} s`));
    }, ms);
  });
  const value = start();
  value.then(
    (came) => {
      if (isOver) late?.(came);
    },
    () => undefined,
  );
  try {
    return await Promise.race([value, over]);
  } finally {
    clearTimeout(timer);
  }
}
