// npm run bench: ours against a bare workflow that makes the same hops without a database, in one run and taking turns.

import { machine } from './machine';
import { latencies, percentile, throughput } from './measure';
import { openStage } from './stage';
import { bare, ours } from './subjects';
import type { Subject } from './subjects';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const PER_ROUND = Number(process.env['BENCH_PER_ROUND'] ?? 50);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 10);
const LANES = 16;

async function main(): Promise<void> {
  const stage = await openStage();
  try {
    const subjects: [Subject, Subject] = [await ours(stage, LANES), bare(stage)];
    for (const subject of subjects) await latencies(stage, subject, 10); // warm
    const taken = new Map<Subject, { ms: number[]; rate: number[] }>(subjects.map((s) => [s, { ms: [], rate: [] }]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const subject of round % 2 === 0 ? subjects : [...subjects].reverse()) {
        taken.get(subject)?.ms.push(...(await latencies(stage, subject, PER_ROUND)));
        taken.get(subject)?.rate.push(await throughput(subject, LANES, SECONDS));
      }
    }
    const rows = subjects.map((subject) => {
      const { ms, rate } = taken.get(subject) ?? { ms: [], rate: [] };
      return { name: subject.name, p50: percentile(ms, 0.5), p95: percentile(ms, 0.95), rate: percentile(rate, 0.5) };
    });
    const [mine, baseline] = rows as [(typeof rows)[0], (typeof rows)[0]];
    console.log(`Machine: ${machine(stage.versions)}`);
    console.log(
      `Latency: source's finish → target's first line, ms, ${String(ROUNDS * PER_ROUND)} each, one at a time.`,
    );
    console.log(
      `Rate: runs without targets, started and finished, a second, ${String(LANES)} at once, median of ${String(ROUNDS)} × ${String(SECONDS)} s.\n`,
    );
    console.log('|                  |   p50 ms |   p95 ms |   runs/s |');
    console.log('|------------------|----------|----------|----------|');
    const line = (name: string, ...figures: string[]): void => {
      console.log(`| ${name.padEnd(16)} | ${figures.map((figure) => figure.padStart(8)).join(' | ')} |`);
    };
    for (const { name, p50, p95, rate } of rows) line(name, p50.toFixed(1), p95.toFixed(1), rate.toFixed(1));
    line(
      'ours / bare',
      (mine.p50 / baseline.p50).toFixed(2),
      (mine.p95 / baseline.p95).toFixed(2),
      (mine.rate / baseline.rate).toFixed(2),
    );
  } finally {
    await stage.close();
  }
}

void main();
