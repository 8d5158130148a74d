/**
 * Every figure that two clusters are compared by: what it is, which way is better, and the ratio to the other's value of the
 * same run that we hold ourselves to. The table has a line for each of them, also for those that could not be taken.
 * All records have 1,000 bytes, all sends are acks=all; "MB/cs" are megabytes per CPU-second of all brokers.
 */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** Ratio to the other's; null: ours alone counts, the other may not even come through it. */
  readonly goal: number | null;
  /** Ours must stay below this, too, whatever the other's is. */
  readonly below?: number;
}

const less = (what: string, unit: string, goal: number, below?: number): Figure => ({
  what,
  unit,
  better: 'less',
  goal,
  ...(below === undefined ? {} : { below }),
});
const bound = (what: string, unit: string, below: number): Figure => ({
  ...{ what, unit, better: 'less', goal: null, below },
});
const more = (what: string, unit: string, goal: number): Figure => ({ what, unit, better: 'more', goal });

export const figures = {
  startOfOne: less('start to first answered record: one broker', 's', 0.25, 0.75),
  startOfThree: less('start to first answered record: three, all ISRs full', 's', 0.25, 3),
  idleMemoryOfOne: less('memory idle: one broker', 'MiB', 0.25),
  idleMemoryOfThree: less('memory idle: three', 'MiB', 0.25),
  loadedMemoryOfOne: less('memory after the load: one broker', 'MiB', 0.25),
  loadedMemoryOfThree: less('memory after the load: three', 'MiB', 0.25),
  idleCpuOfThree: less('CPU of an idle cluster of three', '% core', 0.5),
  produceRateOfOne: more('produce, replication 1: librdkafka', 'MB/s', 1),
  produceCostOfOne: more('produce, replication 1: librdkafka', 'MB/cs', 1.2),
  perf64CostOfOne: more('produce, replication 1: perf-test 64 KiB batches', 'MB/cs', 1),
  produceCostOfThree: more('produce, replication 3: librdkafka', 'MB/cs', 1.5),
  perf16CostOfThree: more('produce, replication 3: perf-test 16 KiB batches', 'MB/cs', 1.5),
  perf64CostOfThree: more('produce, replication 3: perf-test 64 KiB batches', 'MB/cs', 1.5),
  librdkafkaConsumeCost: more('consume: librdkafka', 'MB/cs', 0.7),
  kafkajsConsumeCost: more('consume: kafkajs', 'MB/cs', 1),
  kafkajsTripMedian: less('produced to consumed, replication 3: kafkajs p50', 'ms', 0.8),
  kafkajsTrip99: less('produced to consumed, replication 3: kafkajs p99', 'ms', 0.8),
  librdkafkaTripMedian: less('produced to consumed, replication 3: librdkafka p50', 'ms', 0.8),
  librdkafkaTrip99: less('produced to consumed, replication 3: librdkafka p99', 'ms', 0.8),
  steadyRate99: less('5,000 records/s, replication 3, linger 5: p99', 'ms', 0.5),
  steadyRateCpu: less('5,000 records/s, replication 3, linger 5: broker CPU', '% core', 0.7),
  silenceOfLeader: less('longest silence after kill -9: leader', 's', 0.3),
  silenceOfBoth: less('longest silence after kill -9: leader and controller', 's', 0.3),
  transactionalRateOf100: more('produce in transactions, records of 100 bytes: perf-test', 'records/s', 1),
  transactionalCostOf100: more('produce in transactions, records of 100 bytes: perf-test', 'MB/cs', 1),
  transactionalRateOf1000: more('produce in transactions: perf-test', 'records/s', 1),
  transactionalCostOf1000: more('produce in transactions: perf-test', 'MB/cs', 1),
  copiedInTransactions: less('100,000 records copied in transactions of 100: Java', 's', 1),
  groupsStable: less('200 groups of 5 members join at once: until stable', 's', 1),
  memberLeft: less('one of 50 members leaves: until the others are stable', 's', 1),
  // Two or three beats of five seconds on both sides, and what is between them.
  consumerGroupStable: less('1,000 members of one KIP-848 group, 1,000 partitions: until stable', 's', 1.1),
  consumerGroupCpu: less('1,000 members of one KIP-848 group: CPU time until stable', 's', 1),
  consumerGroupWait: bound('1,000 members of one KIP-848 group: longest wait of somebody else', 'ms', 300),
  consumerGroupLeft: less('one of 1,000 KIP-848 members leaves: until the others are stable', 's', 1),
  announcedWait: bound('50 connections announce 100 MiB: a send of others, to before', 'x', 1.25),
  announcedMemory: bound('50 connections announce 100 MiB: memory grown', 'MiB', 64),
  bombRefused: bound('16 KiB that unpack to millions of records: refused', 'ms', 100),
  bombWait: bound('16 KiB that unpack to millions: longest send, to before', 'x', 4),
  manyPartitionsMade: less('3,000 partitions x 3: created, every one written', 's', 0.3),
  manyPartitionsRestarted: less('3,000 partitions x 3: clean restart until all lead', 's', 0.3),
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;
