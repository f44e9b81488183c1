// npm run scale: wide graphs and long runs, all of it real runs. Prints times and sizes; ends with status 1 if a check fails.

import { machine } from '../machine';
import { openStage } from '../stage';
import { table } from '../table';
import { fanIn } from './fan-in';
import { fanOut } from './fan-out';
import { longTarget } from './long-target';
import { scaleSettings } from './settings';

async function main(): Promise<boolean> {
  const settings = scaleSettings();
  const stage = await openStage();
  let good = true;
  try {
    console.log(`Machine: ${machine(stage.versions)}\n`);
    for (const story of [fanIn, fanOut, longTarget]) {
      const { title, figures, checks } = await story(stage, settings);
      console.log(`${title}\n`);
      console.log(table([['what', 'how much'], ...figures.map(({ what, value }) => [what, rounded(value)])]));
      console.log();
      console.log(
        table([
          ['what must hold', 'found', ''],
          ...checks.map((check) => [check.says, check.found, check.good ? 'good' : 'NOT SO']),
        ]),
      );
      console.log();
      good &&= checks.every((check) => check.good);
    }
  } finally {
    await stage.close();
  }
  return good;
}

const rounded = (value: number): number => (value < 100 ? Math.round(value * 100) / 100 : Math.round(value));

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
