/** Test support: one round after the other against a reader, as the collector plays them, at times that the test names. */
import type { BrokerReading } from '../../metrics-source/broker-reading.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { noCost } from '../../model/testing/snapshots.ts';
import { buildSnapshot } from '../build-snapshot.ts';
import type { RoundPatience } from '../gathering.ts';
import type { KafkaReader } from '../kafka-reader.ts';
import { planRound } from '../plan-round.ts';
import { gatherRound, type RoundAnswers } from '../round-answers.ts';
import { noMemory, type RoundMemory } from '../round-memory.ts';

export class Rounds {
  readonly #reader: KafkaReader;
  readonly #intervalMs: number;
  readonly #patience: RoundPatience | null;
  readonly readings = new Map<number, BrokerReading>();
  memory: RoundMemory = noMemory;
  answers: RoundAnswers | null = null;

  constructor(reader: KafkaReader, intervalMs: number, patience: RoundPatience | null = null) {
    this.#reader = reader;
    this.#intervalMs = intervalMs;
    this.#patience = patience;
  }

  async play(atMs: number): Promise<ClusterSnapshot> {
    const { memory } = this;
    const intervalMs = this.#intervalMs;
    const allAnswered = [...memory.brokers.values()].every(({ answered }) => answered);
    this.answers = await gatherRound({
      reader: this.#reader,
      readMetrics: (id) => {
        const reading = this.readings.get(id);
        return reading === undefined ? null : Promise.resolve(reading);
      },
      nowMs: () => atMs,
      patience: this.#patience,
      planOf: (metadata) =>
        planRound(metadata, { ...memory, allAnswered }, { nowMs: atMs, intervalMs, shiftMs: 0 }),
      earlier: memory,
    });
    const frame = { clusterId: 'local', intervalMs, startedAtMs: atMs, costOf: () => noCost };
    const built = await buildSnapshot(this.answers, memory, frame);
    this.memory = built.memory;
    return built.snapshot;
  }
}
