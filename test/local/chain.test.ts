import { InvalidArgumentError } from '../../src/domain/errors';
import { firstOf } from '../../src/local/chain';
import type { Step } from '../../src/local/chain';
import { NotHere, UnavailableLocally } from '../../src/local/errors';

const told: string[] = [];
const log = (line: string): void => void told.push(line);
beforeEach(() => told.splice(0));

const chain = (steps: Step<string>[], signal?: AbortSignal): Promise<string> =>
  firstOf({ what: 'Temporal', steps, advice: 'Install the CLI.', log, signal });

const finds = (name: string): Step<string> => ({ name, find: () => Promise.resolve(`from ${name}`) });
const lacks = (name: string, reason: string): Step<string> => ({
  name,
  find: () => Promise.reject(new NotHere(reason)),
});
const neverAsked: Step<string> = { name: 'the last', find: () => Promise.reject(new Error('asked')) };

test('the first step that has a server wins, and later ones are not asked', async () => {
  await expect(chain([finds('PATH'), neverAsked])).resolves.toBe('from PATH');
});

test('a step that has nothing, or fails, passes on to the next, and the user reads why in one line each', async () => {
  const breaks: Step<string> = {
    name: 'pip',
    slow: true,
    find: () => Promise.reject(new Error('no network\n  try again')),
  };
  await expect(chain([lacks('PATH', 'no `temporal` there'), breaks, finds('apt')])).resolves.toBe('from apt');
  expect(told).toEqual([
    'Temporal: not from PATH: no `temporal` there',
    'Temporal: trying pip …',
    'Temporal: not from pip: no network | try again',
  ]);
});

test('when nothing works, the error lists what was tried, each with its reason, and what to install', async () => {
  const error = await chain([lacks('PATH', 'not there'), lacks('pip', 'not installed')]).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnavailableLocally);
  expect(error).toMatchObject({
    code: 'UNAVAILABLE',
    retryable: false,
    message:
      'No Temporal server could be found or fetched. Tried:\n  - PATH: not there\n  - pip: not installed\nInstall the CLI.',
    details: {
      tried: [
        { step: 'PATH', reason: 'not there' },
        { step: 'pip', reason: 'not installed' },
      ],
    },
  });
});

test('a wrong setting stops the chain: another server than the one named would surprise', async () => {
  const wrong: Step<string> = {
    name: 'DLC_TEMPORAL_CLI',
    find: () => Promise.reject(new InvalidArgumentError('names /nowhere')),
  };
  await expect(chain([wrong, neverAsked])).rejects.toThrow('names /nowhere');
});

test('a cancelled start asks no further step', async () => {
  const abort = new AbortController();
  const cancels: Step<string> = {
    name: 'pip',
    find: () => {
      abort.abort();
      return Promise.reject(new Error('killed'));
    },
  };
  await expect(chain([cancels, neverAsked], abort.signal)).rejects.toThrow(/abort/i);
});
