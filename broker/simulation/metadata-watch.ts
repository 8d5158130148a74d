/**
 * What must hold for the cluster's metadata at every moment: one leader of its log an epoch; epochs and images that do not
 * go back within a node's life; images that agree wherever two nodes are equally far; epochs that only rise; members of
 * an ISR that are replicas, and a leader that is a member.
 */
import type { MetadataImage, PartitionImage, TopicImage } from '../controller/image.ts';
import { hold } from './broken-promise.ts';
import { type InspectedQuorum, partitionName } from './inspection.ts';

interface Epochs {
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly leader: number;
  readonly isr: string;
}

export class MetadataWatch {
  readonly #leaders = new Map<number, number>();
  readonly #epochs = new Map<number, number>();
  readonly #images = new Map<number, MetadataImage>();
  /** Digest of the image behind each offset. */
  readonly #digests = new Map<number, string>();
  /** By partition and partition epoch: what was decided. */
  readonly #decided = new Map<string, Epochs>();
  readonly #log: (line: string) => void;
  /** The furthest that any node has been told. */
  newest: MetadataImage | null = null;

  constructor(log: (line: string) => void = () => undefined) {
    this.#log = log;
  }

  get leaderCount(): number {
    return this.#leaders.size;
  }

  nodeEnded(nodeId: number): void {
    this.#epochs.delete(nodeId);
    this.#images.delete(nodeId);
  }

  lookAtQuorum(nodeId: number, quorum: InspectedQuorum | null): void {
    if (quorum === null) return;
    const { epoch, isLeader } = quorum;
    if (isLeader) {
      const known = this.#leaders.get(epoch) ?? nodeId;
      hold(known === nodeId, () => {
        return `epoch ${String(epoch)} of the metadata has the leaders ${String(known)} and ${String(nodeId)}`;
      });
      this.#leaders.set(epoch, nodeId);
    }
    const last = this.#epochs.get(nodeId) ?? -1;
    hold(epoch >= last, () => {
      return `the metadata's epoch on node ${String(nodeId)} fell from ${String(last)} to ${String(epoch)}`;
    });
    this.#epochs.set(nodeId, epoch);
  }

  lookAtImage(nodeId: number, image: MetadataImage | null): void {
    if (image === null || this.#images.get(nodeId) === image) return;
    const before = this.#images.get(nodeId);
    this.#images.set(nodeId, image);
    hold(before === undefined || image.offset >= before.offset, () => {
      return `node ${String(nodeId)} went back from metadata offset ${String(before?.offset)} to ${String(image.offset)}`;
    });
    if (this.newest === null || image.offset > this.newest.offset) this.newest = image;
    this.#compareImages(nodeId, image);
    for (const topic of image.topicsById.values()) {
      const known = before?.topicsById.get(topic.topicId);
      if (known === topic) continue;
      for (const partition of topic.partitions.values()) {
        if (known?.partitions.get(partition.partition) === partition) continue;
        this.#lookAtPartition(nodeId, topic, partition);
      }
    }
  }

  #compareImages(nodeId: number, image: MetadataImage): void {
    const digest = digestOf(image);
    const known = this.#digests.get(image.offset) ?? digest;
    hold(known === digest, () => {
      return `node ${String(nodeId)} has other metadata at offset ${String(image.offset)}: ${digest}; known was ${known}`;
    });
    this.#digests.set(image.offset, digest);
  }

  #lookAtPartition(nodeId: number, topic: TopicImage, partition: PartitionImage): void {
    const name = partitionName({ topicId: topic.topicId, partition: partition.partition });
    const { leader, leaderEpoch, partitionEpoch, isr, replicas, elr } = partition;
    const isr_ = isr.join();
    const inWords = (): string => `${name} on node ${String(nodeId)}: ${JSON.stringify(partition)}`;
    hold(
      isr.every((id) => replicas.includes(id)),
      () => `an ISR with who is no replica: ${inWords()}`,
    );
    hold(leader === -1 || isr.includes(leader), () => `a leader outside the ISR: ${inWords()}`);
    hold(!elr.some((id) => isr.includes(id)), () => `in the ISR and in the ELR: ${inWords()}`);
    const key = `${name}@${String(partitionEpoch)}`;
    const known = this.#decided.get(key);
    const now = { leaderEpoch, partitionEpoch, leader, isr: isr_ };
    if (known === undefined) {
      this.#decided.set(key, now);
      this.#log(`${topic.name}-${partitionInWords(partition)}`);
    } else {
      const isSame = known.leaderEpoch === leaderEpoch && known.leader === leader && known.isr === isr_;
      hold(isSame, () => `partition epoch decided twice, ${JSON.stringify(known)} and ${inWords()}`);
    }
    const previous = this.#decided.get(`${name}@${String(partitionEpoch - 1)}`);
    if (previous === undefined) return;
    hold(leaderEpoch >= previous.leaderEpoch, () => `a leader epoch that fell: ${inWords()}`);
    const isMove = leader !== previous.leader && leader !== -1;
    hold(!isMove || leaderEpoch > previous.leaderEpoch, () => `a new leader in an old epoch: ${inWords()}`);
  }
}

function digestOf(image: MetadataImage): string {
  const brokers = [...image.brokers.values()].map(
    ({ brokerId, brokerEpoch, fenced, inControlledShutdown }) => {
      return `${String(brokerId)}@${String(brokerEpoch)}${fenced ? 'F' : ''}${inControlledShutdown ? 'S' : ''}`;
    },
  );
  const topics = [...image.topicsById.values()].flatMap((topic) =>
    [...topic.partitions.values()].map((one) => {
      const lists = [
        one.replicas,
        one.isr,
        one.elr,
        one.lastKnownElr,
        one.addingReplicas,
        one.removingReplicas,
      ];
      const epochs = [one.partition, one.leader, one.leaderEpoch, one.partitionEpoch].join('.');
      return `${topic.name}/${topic.topicId}/${epochs}/${lists.map((list) => list.join()).join(';')}`;
    }),
  );
  return [...brokers.sort(), ...topics.sort(), String(image.nextProducerId)].join(' ');
}

export function partitionInWords({
  partition,
  leader,
  leaderEpoch,
  partitionEpoch,
  ...lists
}: PartitionImage): string {
  const shown = Object.entries(lists).filter(([, ids]) => ids.length > 0);
  const inWords = shown.map(([list, ids]) => `${list} [${ids.join()}]`).join(' ');
  return `${String(partition)}: leader ${String(leader)}, epochs ${String(leaderEpoch)}/${String(partitionEpoch)}, ${inWords}`;
}
