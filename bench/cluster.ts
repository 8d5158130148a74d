/**
 * A cluster of three beside Apache Kafka's in the same run: start, idle memory and CPU, produce, latency, silence after
 * kills, many partitions. One cluster runs at a time. Prints a table with ratios where AQUILA_BENCH_KAFKA names a program
 * that runs Apache Kafka (see cluster/subject.ts), and our own figures without it.
 *
 * AQUILA_BENCH_PARTS=start,idle,kcat,perf,rate,latency,silence,partitions takes only some of it, AQUILA_BENCH_ONLY=aquila or
 * kafka only one of the two. For a profile of our brokers see cluster/subject.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Comparison } from './cluster/comparison.ts';
import { hasKcat, measureFixedRate, measureKcat, measurePerfTest, measureRoundTrip } from './cluster/load.ts';
import { measureIdle, measurePartitions, measureSilence, measureStart } from './cluster/parts.ts';
import { kafkaCluster, ourCluster, type Subject, type SubjectPlace } from './cluster/subject.ts';

const parts = ['start', 'idle', 'kcat', 'perf', 'rate', 'latency', 'silence', 'partitions'] as const;
type Part = (typeof parts)[number];
const partitions = 3_000;

type Open = (place: SubjectPlace) => Promise<Subject>;

/** Runs `work` on a fresh cluster and leaves nothing of it. */
async function onFresh(open: Open, nodes: number, work: (subject: Subject) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const subject = await open({ directory, nodes });
  try {
    await work(subject);
  } finally {
    await subject.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureAll(open: Open, wanted: ReadonlySet<Part>, table: Comparison): Promise<void> {
  const program = process.env['AQUILA_BENCH_KAFKA'] ?? '';
  const kcat = hasKcat();
  const has = (...some: Part[]): boolean => some.some((part) => wanted.has(part));
  if (has('start', 'idle'))
    await onFresh(open, 1, async (subject) => {
      await measureStart(subject, 1, table);
      if (has('idle')) await measureIdle(subject, 1, table);
      if (has('kcat') && kcat) await measureKcat(subject, 1, table);
    });
  if (has('start', 'idle', 'kcat', 'perf', 'rate', 'latency'))
    await onFresh(open, 3, async (subject) => {
      await measureStart(subject, 3, table);
      if (has('idle')) await measureIdle(subject, 3, table);
      if (has('latency')) await measureRoundTrip(subject, table);
      if (has('rate') && program !== '') await measureFixedRate(program, subject, table);
      if (has('kcat') && kcat) await measureKcat(subject, 3, table);
      if (has('perf') && program !== '')
        for (const batchKiB of [16, 64]) await measurePerfTest(program, subject, batchKiB, table);
    });
  if (has('partitions'))
    await onFresh(open, 3, async (subject) => {
      await measureStart(subject, 3, table);
      await measurePartitions(subject, partitions, table);
    });
  if (!has('silence')) return;
  for (const who of ['leader', 'leader and controller'] as const)
    await onFresh(open, 3, async (subject) => {
      await measureStart(subject, 3, table);
      await measureSilence(subject, who, table);
    });
}

export async function benchCluster(): Promise<void> {
  const asked = (process.env['AQUILA_BENCH_PARTS'] ?? '').split(',').filter((name) => name !== '');
  const wanted = new Set<Part>(parts.filter((part) => asked.length === 0 || asked.includes(part)));
  const table = new Comparison();
  const only = process.env['AQUILA_BENCH_ONLY'];
  const program = process.env['AQUILA_BENCH_KAFKA'] ?? '';
  if (program === '')
    console.log('  (AQUILA_BENCH_KAFKA names no program that runs Apache Kafka: without the comparison)');
  else if (only !== 'aquila') await measureAll((place) => kafkaCluster(program, place), wanted, table);
  if (only !== 'kafka') await measureAll(ourCluster, wanted, table);
  table.print('Aquila', 'Apache Kafka');
}
