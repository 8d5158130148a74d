/** What every measured part gets and how it looks: one file beside this for each kind of part. */
import { outputOf } from './children.ts';
import type { FigureName } from './figures.ts';
import type { Subject } from './subject.ts';

/** What the load consists of; the small ones show in a minute that every part runs to its end. */
export interface Sizes {
  readonly records: number;
  readonly perfRecords: number;
  readonly roundTrips: number;
  readonly steadySeconds: number;
  readonly idleSeconds: number;
  readonly partitions: number;
  /** In transactions. */
  readonly copied: number;
  readonly groups: number;
  /** Members of the one large group of the consumer protocol, each for one partition. */
  readonly members: number;
}

export const sizes: Readonly<Record<'full' | 'small', Sizes>> = {
  full: {
    records: 400_000,
    perfRecords: 200_000,
    roundTrips: 1_000,
    steadySeconds: 15,
    idleSeconds: 10,
    partitions: 3_000,
    copied: 100_000,
    groups: 200,
    members: 1_000,
  },
  small: {
    records: 20_000,
    perfRecords: 10_000,
    roundTrips: 50,
    steadySeconds: 3,
    idleSeconds: 2,
    partitions: 100,
    copied: 2_000,
    groups: 10,
    members: 20,
  },
};

/** Programs that may be missing on a machine; an empty name is one that is not there. */
export interface Tools {
  /** Runs Apache Kafka's own tools, see subject.ts. */
  readonly kafka: string;
  /** Folder of Apache Kafka's jars, for a program of its own that none of its scripts starts. */
  readonly kafkaJars: string;
  readonly kcat: string;
  /** An interpreter that has confluent_kafka. */
  readonly python: string;
}

export interface Run {
  readonly subject: Subject;
  readonly sizes: Sizes;
  readonly tools: Tools;
  /** null: this system does not say. */
  add(name: FigureName, value: number | null): void;
}

export interface Part {
  /** As in AQUILA_BENCH_PARTS. */
  readonly name: string;
  readonly figures: readonly FigureName[];
  readonly needs?: keyof Tools;
  measure(run: Run): Promise<void>;
}

/** Why a tool's part cannot be taken. */
export const lacking: Readonly<Record<keyof Tools, string>> = {
  kafkaJars: "AQUILA_BENCH_KAFKA_JARS names no folder with Apache Kafka's jars",
  kafka: 'AQUILA_BENCH_KAFKA names no program that runs Apache Kafka',
  kcat: 'kcat is not installed',
  python: 'AQUILA_BENCH_PYTHON (or python3) has no confluent_kafka',
};

export async function findTools(): Promise<Tools> {
  const works = (program: string, args: readonly string[]): Promise<boolean> =>
    outputOf(program, args, { limitSeconds: 20 }).then(
      () => true,
      () => false,
    );
  const python = process.env['AQUILA_BENCH_PYTHON'] ?? 'python3';
  return {
    kafka: process.env['AQUILA_BENCH_KAFKA'] ?? '',
    kafkaJars: process.env['AQUILA_BENCH_KAFKA_JARS'] ?? '',
    kcat: (await works('kcat', ['-V'])) ? 'kcat' : '',
    python: (await works(python, ['-c', 'import confluent_kafka'])) ? python : '',
  };
}

/** What the brokers spent while `work` went on, and how long it took. */
export async function spent<Result>(
  subject: Subject,
  work: () => Promise<Result>,
): Promise<{ result: Result; seconds: number; cpu: number | null }> {
  const [cpuBefore, began] = [subject.cpuSeconds(), performance.now()];
  const result = await work();
  const [cpuAfter, seconds] = [subject.cpuSeconds(), (performance.now() - began) / 1000];
  return { result, seconds, cpu: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
