/**
 * What crashes took from the devices, and when nobody may be asked for it any more: when of the replicas that could lead
 * (ISR, ELR, and who was in them last) none has it, because a crash took it from one that had. A replica that never had
 * it excuses nothing.
 *
 * Nor may anybody be asked when the disk of the only replica in sync is gone: nobody else is sure to have what that one may
 * have acknowledged alone, so no one is listed any more, and who leads is for an operator to say. That others happen to
 * have everything, only this simulation knows.
 */
import type { MetadataImage } from '../controller/image.ts';
import type { MemoryDisk } from '../platform/memory/memory-disk.ts';
import type { CommittedLog } from './committed-log.ts';
import { segmentsOf } from './disk-survey.ts';
import { partitionName } from './inspection.ts';
import type { PartitionWatch } from './partition-watch.ts';
import { DATA_DIRECTORIES, type SimulatedNode } from './simulated-node.ts';

export class DeviceLosses {
  readonly #watch: PartitionWatch;
  readonly #nodes: ReadonlyMap<number, SimulatedNode>;
  readonly #log: (line: string) => void;
  /** By node, by partition: its segments before the last crash that took something. What of them is committed may show later. */
  readonly #had = new Map<number, Map<string, readonly Buffer[]>>();
  /** By partition: the ISR, as long as it had anyone. */
  readonly #lastInSync = new Map<string, readonly number[]>();
  /** By node: the partitions that were on a disk that is gone. */
  readonly #replaced = new Map<number, Set<string>>();
  #ending = new Map<string, readonly Buffer[]>();
  #endingDisk: MemoryDisk | null = null;

  constructor(watch: PartitionWatch, nodes: ReadonlyMap<number, SimulatedNode>, log: (line: string) => void) {
    this.#watch = watch;
    this.#nodes = nodes;
    this.#log = log;
  }

  /** The node is about to lose what is not on its device. */
  nodeEnding(node: SimulatedNode, image: MetadataImage | null): void {
    this.#ending = this.#segmentsOf(node, image);
    this.#endingDisk = node.machine.disk;
  }

  nodeEnded(node: SimulatedNode, image: MetadataImage | null): void {
    const after = this.#segmentsOf(node, image);
    let had = this.#had.get(node.nodeId);
    if (had === undefined) this.#had.set(node.nodeId, (had = new Map<string, readonly Buffer[]>()));
    for (const [name, before] of this.#ending) {
      const isWhole = Buffer.concat(before).equals(Buffer.concat(after.get(name) ?? []));
      if (!isWhole) had.set(name, before);
    }
    if (node.machine.disk !== this.#endingDisk) this.#diskIsGone(node.nodeId);
    this.look(image);
  }

  #diskIsGone(nodeId: number): void {
    let replaced = this.#replaced.get(nodeId);
    if (replaced === undefined) this.#replaced.set(nodeId, (replaced = new Set<string>()));
    for (const name of this.#ending.keys()) replaced.add(name);
  }

  /** A crash took something of this replica, at some time. */
  hasLost(nodeId: number, name: string): boolean {
    return this.#had.get(nodeId)?.has(name) === true;
  }

  /** Of the newest image: some partition may now depend on replicas that have lost its end. */
  look(image: MetadataImage | null): void {
    if (this.#had.size === 0) return;
    for (const topic of image?.topicsById.values() ?? []) {
      for (const { partition, isr, elr, lastKnownElr } of topic.partitions.values()) {
        const log = this.#watch.logOf(topic.topicId, partition);
        if (log.isExcused || log.endOffset === 0) continue;
        const listed = [...isr, ...elr, ...lastKnownElr];
        if (isr.length > 0) this.#lastInSync.set(log.name, isr);
        const asked = listed.length > 0 ? listed : this.#replacedOf(log.name);
        const fates = asked.map((id) => this.#fateOf(id, topic.name, partition, log));
        if (!fates.includes('lost') || fates.includes('holds')) continue;
        this.#log(`the devices of all replicas of ${topic.name}-${String(partition)} have lost its end`);
        log.excuse();
      }
    }
  }

  /** Those that were last in sync and whose disks were replaced since. */
  #replacedOf(name: string): readonly number[] {
    const lastInSync = this.#lastInSync.get(name) ?? [];
    return lastInSync.filter((id) => this.#replaced.get(id)?.has(name) === true);
  }

  /** What became of all that is committed in this replica. */
  #fateOf(id: number, topic: string, partition: number, log: CommittedLog): 'holds' | 'lost' | 'never had' {
    const node = this.#nodes.get(id);
    if (node === undefined) return 'never had';
    if (log.agreedEnd(segmentsIn(node, topic, partition)) >= log.endOffset) return 'holds';
    const had = this.#had.get(id)?.get(log.name);
    return had !== undefined && log.agreedEnd(had) >= log.endOffset ? 'lost' : 'never had';
  }

  #segmentsOf(node: SimulatedNode, image: MetadataImage | null): Map<string, readonly Buffer[]> {
    const segments = new Map<string, readonly Buffer[]>();
    for (const { topicId, name, partitions } of image?.topicsById.values() ?? []) {
      for (const { partition, replicas } of partitions.values()) {
        if (!replicas.includes(node.nodeId)) continue;
        segments.set(partitionName({ topicId, partition }), segmentsIn(node, name, partition));
      }
    }
    return segments;
  }
}

function segmentsIn({ machine }: SimulatedNode, topic: string, partition: number): Buffer[] {
  return DATA_DIRECTORIES.flatMap((path) =>
    segmentsOf(machine.disk, `${path}/${topic}-${String(partition)}`),
  );
}
