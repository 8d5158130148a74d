/**
 * How long the texts may be that coordinators store: their records have strings with an int16 length, while requests in the
 * compact encoding can bring longer ones.
 */
const MAX_STORED_STRING_BYTES = 32_767;
/** As for topic names, which Kafka's own clients hold instance ids to. */
export const MAX_INSTANCE_ID_BYTES = 249;

export function canBeStored(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_STORED_STRING_BYTES;
}

export function isUsableInstanceId(instanceId: string): boolean {
  return Buffer.byteLength(instanceId) <= MAX_INSTANCE_ID_BYTES;
}
