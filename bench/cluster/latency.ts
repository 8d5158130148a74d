/** How long one record takes to arrive, and how long sends wait at a rate that is far from the limit. */
import { quantile } from '../figure.ts';
import { outputOf, ownProgram } from './children.ts';
import { topicFor } from './direct-client.ts';
import type { FigureName } from './figures.ts';
import { spent, type Part, type Run } from './run.ts';
import { perfTest } from './throughput.ts';

const limitSeconds = 60;

function addTrips(run: Run, printed: string, median: FigureName, p99: FigureName): void {
  const times = JSON.parse(printed) as number[];
  const sorted = times.sort((left, right) => left - right);
  run.add(median, quantile(sorted, 0.5));
  run.add(p99, quantile(sorted, 0.99));
}

export const kafkajsTrips: Part = {
  name: 'latency',
  figures: ['kafkajsTripMedian', 'kafkajsTrip99'],
  async measure(run) {
    const [topic, count] = ['trip-kafkajs', String(run.sizes.roundTrips)];
    await topicFor(run.subject, topic, 1);
    const printed = await ownProgram(
      'kafkajs-round-trip.ts',
      [run.subject.bootstrap, topic, count],
      limitSeconds,
    );
    addTrips(run, printed, 'kafkajsTripMedian', 'kafkajsTrip99');
  },
};

export const librdkafkaTrips: Part = {
  name: 'latency',
  figures: ['librdkafkaTripMedian', 'librdkafkaTrip99'],
  needs: 'python',
  async measure(run) {
    const [topic, count] = ['trip-librdkafka', String(run.sizes.roundTrips)];
    await topicFor(run.subject, topic, 1);
    const program = `${import.meta.dirname}/librdkafka-round-trip.py`;
    const args = [program, run.subject.bootstrap, topic, count];
    addTrips(
      run,
      await outputOf(run.tools.python, args, { limitSeconds }),
      'librdkafkaTripMedian',
      'librdkafkaTrip99',
    );
  },
};

/** The worst of the periods that perf-test reports would be chance: what counts is the p99 of its last line, over all. */
export const steadyRate: Part = {
  name: 'rate',
  figures: ['steadyRate99', 'steadyRateCpu'],
  needs: 'kafka',
  async measure(run) {
    const perSecond = 5_000;
    const load = (seconds: number): Promise<string> =>
      perfTest(run, 'rate', perSecond * seconds, perSecond, ['linger.ms=5']);
    await topicFor(run.subject, 'rate', 6);
    await load(3);
    const { result, cpu } = await spent(run.subject, () => load(run.sizes.steadySeconds));
    const last = result.split('\n').findLast((line) => line.includes('99th')) ?? '';
    const p99 = /(\d+(?:\.\d+)?) ms 99th/.exec(last)?.[1];
    if (p99 === undefined)
      throw new Error(`no 99th percentile in what perf-test printed: ${result.slice(-300)}`);
    run.add('steadyRate99', Number(p99));
    run.add('steadyRateCpu', cpu === null ? null : (100 * cpu) / run.sizes.steadySeconds);
  },
};
