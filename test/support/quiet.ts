// Keeps the workers' log out of the tests' output; DLC_TEST_VERBOSE brings its warnings back.

import { Runtime } from '@temporalio/worker';

let isQuiet = false;

export function quiet(): void {
  if (isQuiet) return;
  isQuiet = true;
  const ignore = (): void => undefined;
  Runtime.install({
    logger: {
      log: ignore,
      trace: ignore,
      debug: ignore,
      info: ignore,
      warn: process.env['DLC_TEST_VERBOSE'] ? console.warn : ignore,
      error: console.error,
    },
  });
}
