/**
 * The order in which Kafka's tool prints topics and configs: it keeps them in java.util.HashMap and prints them as they lie
 * there. Scripts compare such lines, so we give them the same order. Pure.
 */

/** String#hashCode. */
export function hashCodeOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

/** The table doubles when it is three quarters full; `sizeHint` is the constructor's argument, 16 without one. */
function tableSize(entries: number, sizeHint: number): number {
  let size = 1;
  while (size < sizeHint) size *= 2;
  while (entries > size * 0.75) size *= 2;
  return size;
}

/** Distinct keys, put in one after another, as the map's iterator gives them. */
export function hashMapOrder<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  sizeHint = 16,
): Item[] {
  return hashOrder(items, (item) => hashCodeOf(keyOf(item)), sizeHint);
}

/** The same of keys that are a topic and a partition (TopicPartition#hashCode). */
export function partitionMapOrder<Item extends { readonly topic: string; readonly partition: number }>(
  items: readonly Item[],
): Item[] {
  const hashOf = ({ topic, partition }: Item): number =>
    (Math.imul(31 + partition, 31) + hashCodeOf(topic)) | 0;
  return hashOrder(items, hashOf, 16);
}

/** The same of keys with any hash code. */
export function hashOrder<Item>(
  items: readonly Item[],
  hashOf: (item: Item) => number,
  sizeHint: number,
): Item[] {
  const size = tableSize(items.length, sizeHint);
  const bucketOf = (item: Item): number => {
    const hash = hashOf(item);
    return (hash ^ (hash >>> 16)) & (size - 1);
  };
  return items
    .map((item, index) => ({ item, index, bucket: bucketOf(item) }))
    .sort((left, right) => left.bucket - right.bucket || left.index - right.index)
    .map(({ item }) => item);
}
