// One story for each way that a run's workflow can go. Each returns the execution whose history tells it.

import type { Story } from './cast';
import { growing } from './growing';
import { planned } from './planned';
import { repair } from './repair';
import { runs } from './runs';
import { waiting } from './waiting';

export const stories: Readonly<Record<string, Story>> = { ...runs, ...waiting, ...repair, ...planned, ...growing };
