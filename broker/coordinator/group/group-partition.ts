/**
 * Which partition of __consumer_offsets keeps a group: Kafka's rule, so that foreign tools look in the right place.
 * abs(String.hashCode(groupId)) mod offsets.topic.num.partitions, where abs of the smallest int32 is 0
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

export function partitionOfGroup(groupId: string, partitionCount: number): number {
  const hash = javaStringHash(groupId);
  const positive = hash === -0x8000_0000 ? 0 : Math.abs(hash);
  return positive % partitionCount;
}
