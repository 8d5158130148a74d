/**
 * Which partition of its coordinators' topic keeps a group (__consumer_offsets) or a transactional id
 * (__transaction_state): Kafka's rule, so that foreign tools look in the right place.
 * abs(String.hashCode(key)) mod the number of partitions, where abs of the smallest int32 is 0
 * (Utils.abs in Apache Kafka).
 */

/** java.lang.String.hashCode: 31 * h + UTF-16 unit in wrapping int32. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

export function partitionOfKey(key: string, partitionCount: number): number {
  const hash = javaStringHash(key);
  const positive = hash === -0x8000_0000 ? 0 : Math.abs(hash);
  return positive % partitionCount;
}
