/**
 * The console's view of a real cluster with time in the hands of a story: rounds of the real collector against real brokers,
 * whose clock moves on by an interval from one to the next, so that twelve minutes take as long as their requests.
 */
import { openReader } from '../../collector/cluster-reader.ts';
import type { KafkaReader } from '../../collector/kafka-reader.ts';
import { Rounds } from '../../collector/testing/rounds.ts';
import type { ClusterSnapshot, GroupPartition, GroupSnapshot } from '../../model/snapshot.ts';

const INTERVAL_MS = 20_000;
const MINUTE_MS = 60_000;
const SETTLE_LIMIT_MS = 60_000;

export class StoryConsole {
  readonly #reader: KafkaReader;
  readonly #rounds: Rounds;
  #nowMs = Date.UTC(2026, 10, 21, 12);

  constructor(bootstrap: string) {
    this.#reader = openReader({ bootstrap: [bootstrap], tls: null, resolve: null, authenticate: null });
    this.#rounds = new Rounds(this.#reader, INTERVAL_MS);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  round(afterMs = INTERVAL_MS): Promise<ClusterSnapshot> {
    this.#nowMs += afterMs;
    return this.#rounds.play(this.#nowMs);
  }

  /** The group after one more round. */
  async group(id: string): Promise<GroupSnapshot> {
    return groupIn(await this.round(), id);
  }

  /** Rounds for so long, each after `step`; the group after the last one. */
  async minutes(
    count: number,
    id: string,
    step: () => Promise<unknown> = async () => {},
  ): Promise<GroupSnapshot> {
    let group: GroupSnapshot | null = null;
    for (let passedMs = 0; passedMs < count * MINUTE_MS; passedMs += INTERVAL_MS) {
      await step();
      group = await this.group(id);
    }
    if (group === null) throw new Error('a story takes at least a round');
    return group;
  }

  /** Rounds in which hardly any time passes, until the cluster has come to that. */
  async until(id: string, isSo: (group: GroupSnapshot) => boolean): Promise<GroupSnapshot> {
    const deadline = Date.now() + SETTLE_LIMIT_MS;
    let last: GroupSnapshot | null = null;
    while (Date.now() < deadline) {
      last = (await this.round(1)).groups.get(id) ?? null;
      if (last !== null && isSo(last)) return last;
    }
    throw new Error(`group ${id} does not come to that: ${JSON.stringify(last)}`);
  }
}

function groupIn(snapshot: ClusterSnapshot, id: string): GroupSnapshot {
  const group = snapshot.groups.get(id);
  if (group === undefined)
    throw new Error(
      `there is no group ${id}, but ${[...snapshot.groups.keys()].join(', ')}: ${JSON.stringify(snapshot.failures)}`,
    );
  return group;
}

export function rowOf(group: GroupSnapshot, partition = 0): GroupPartition {
  const row = group.partitions?.find((each) => each.partition === partition);
  if (row === undefined) throw new Error(`group ${group.id} has no row of partition ${String(partition)}`);
  return row;
}
