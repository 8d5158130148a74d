/**
 * What crashes took from the devices, and when nobody may be asked for it any more: when every replica that could lead
 * (ISR, ELR, and who was in them last) once had a record and lost it with its device. A replica that never had it
 * excuses nothing.
 */
import type { MetadataImage } from '../controller/image.ts';
import { segmentsOf } from './disk-survey.ts';
import { partitionName } from './inspection.ts';
import type { PartitionWatch } from './partition-watch.ts';
import { DATA_DIRECTORY, type SimulatedNode } from './simulated-node.ts';

export class DeviceLosses {
  readonly #watch: PartitionWatch;
  readonly #nodes: ReadonlyMap<number, SimulatedNode>;
  readonly #log: (line: string) => void;
  /** By node, by partition: up to where it had what is committed, before its last crash that took something. */
  readonly #had = new Map<number, Map<string, number>>();
  #endings = new Map<string, number>();

  constructor(watch: PartitionWatch, nodes: ReadonlyMap<number, SimulatedNode>, log: (line: string) => void) {
    this.#watch = watch;
    this.#nodes = nodes;
    this.#log = log;
  }

  /** The node is about to lose what is not on its device. */
  nodeEnding(node: SimulatedNode, image: MetadataImage | null): void {
    this.#endings = this.#endsOf(node, image);
  }

  nodeEnded(node: SimulatedNode, image: MetadataImage | null): void {
    const after = this.#endsOf(node, image);
    let had = this.#had.get(node.nodeId);
    if (had === undefined) this.#had.set(node.nodeId, (had = new Map<string, number>()));
    for (const [name, end] of this.#endings) if ((after.get(name) ?? 0) < end) had.set(name, end);
    this.look(image);
  }

  /** Of the newest image: some partition may now depend on replicas that have lost its end. */
  look(image: MetadataImage | null): void {
    if (this.#had.size === 0) return;
    for (const topic of image?.topicsById.values() ?? []) {
      for (const { partition, isr, elr, lastKnownElr } of topic.partitions.values()) {
        const log = this.#watch.logOf(topic.topicId, partition);
        if (log.isExcused || log.endOffset === 0) continue;
        const members = [...isr, ...elr, ...lastKnownElr];
        const isLost = (id: number): boolean => {
          if ((this.#had.get(id)?.get(log.name) ?? 0) < log.endOffset) return false;
          return this.#endOf(id, topic.name, topic.topicId, partition) < log.endOffset;
        };
        if (members.length === 0 || !members.every(isLost)) continue;
        this.#log(`the devices of all replicas of ${topic.name}-${String(partition)} have lost its end`);
        log.excuse();
      }
    }
  }

  #endsOf(node: SimulatedNode, image: MetadataImage | null): Map<string, number> {
    const ends = new Map<string, number>();
    for (const topic of image?.topicsById.values() ?? []) {
      for (const { partition, replicas } of topic.partitions.values()) {
        if (!replicas.includes(node.nodeId)) continue;
        const end = this.#endOf(node.nodeId, topic.name, topic.topicId, partition);
        ends.set(partitionName({ topicId: topic.topicId, partition }), end);
      }
    }
    return ends;
  }

  /** Up to where the node's disk holds what is committed. */
  #endOf(nodeId: number, name: string, topicId: string, partition: number): number {
    const disk = this.#nodes.get(nodeId)?.machine.disk;
    if (disk === undefined) return 0;
    const directory = `${DATA_DIRECTORY}/${name}-${String(partition)}`;
    return this.#watch.logOf(topicId, partition).agreedEnd(segmentsOf(disk, directory));
  }
}
