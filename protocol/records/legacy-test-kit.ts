/** Test support: what an old consumer sees in a fetch answer, which may hold several wrappers and plain messages. */
import { maxRecordsBytes } from './decompression-limits.ts';
import { MessageView } from './legacy-message.ts';
import { openMessageSet } from './legacy-message-set.ts';

export interface SeenMessage {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export function readMessages(bytes: Buffer): SeenMessage[] {
  const seen: SeenMessage[] = [];
  const outer = new MessageView(bytes);
  while (outer.next()) {
    const one = bytes.subarray(outer.position, outer.end);
    openMessageSet(one, maxRecordsBytes(one.length)).forEach((message, offset, timestampMs) => {
      const { keyStart, keyBytes, value } = message;
      const key = keyBytes === -1 ? null : Buffer.from(message.bytes.subarray(keyStart, keyStart + keyBytes));
      seen.push({ offset, timestampMs, key, value });
    });
  }
  return seen;
}
