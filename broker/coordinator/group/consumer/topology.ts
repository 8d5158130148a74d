/** What consumer groups need to know of the cluster's topics. */
import type { MetadataImage } from '../../../controller/image.ts';

export interface Topology {
  readonly image: Pick<MetadataImage, 'topicsByName' | 'topicsById'>;
  /** Offset of the last image in which topics or partitions were added or taken away: what was found before is old. */
  readonly version: number;
}

export function partitionCountOf({ image }: Topology, topicId: string): number {
  return image.topicsById.get(topicId)?.partitions.size ?? 0;
}

/** Null: there is none of that name. */
export function topicIdOf({ image }: Topology, name: string): string | null {
  return image.topicsByName.get(name)?.topicId ?? null;
}

/** Null: there is none of that id any more. */
export function topicNameOf({ image }: Topology, topicId: string): string | null {
  return image.topicsById.get(topicId)?.name ?? null;
}

/** Ids of those that exist. */
export function topicIdsOf({ image }: Topology, names: Iterable<string>): Set<string> {
  const ids = new Set<string>();
  for (const name of names) {
    const topic = image.topicsByName.get(name);
    if (topic !== undefined) ids.add(topic.topicId);
  }
  return ids;
}

/**
 * Says by a number what a group knows of its topics: another one means that it has to be assigned anew. 0 when none of
 * them exists. Only ever compared with what the same code made before.
 */
export function metadataHashOf({ image }: Topology, names: Iterable<string>): bigint {
  const known = [...names].sort().flatMap((name) => {
    const topic = image.topicsByName.get(name);
    return topic === undefined ? [] : [`${topic.topicId}:${name}:${String(topic.partitions.size)}`];
  });
  return known.length === 0 ? 0n : BigInt(hash53(known.join('\n')));
}

/** Two 26-bit halves of FNV-1a with different beginnings; never 0. */
function hash53(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + index), 0x85ebca6b);
  }
  return (high >>> 6) * 0x4000000 + (low >>> 6) + 1;
}
