// `node:timers/promises` for a test that simulates: an actor's pause is the simulation's, everybody else's is real. For
// jest.mock, so that our code's own waits (a lost deadlock, an execution that is ending) take no time and follow the script.

import type * as Timers from 'node:timers/promises';
import { currentActor } from './actors';

const actual = jest.requireActual<typeof Timers>('node:timers/promises');

async function setTimeout(ms?: number): Promise<void> {
  const actor = currentActor();
  if (actor) await actor.sleep(ms ?? 0);
  else await actual.setTimeout(ms);
}

module.exports = { ...actual, setTimeout };
