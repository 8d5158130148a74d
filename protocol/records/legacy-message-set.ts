/**
 * Message sets, the record formats 0 and 1: messages back to back. A compressed set is one message, the wrapper, whose
 * value is a set of its own; its inner offsets are absolute in magic 0 and in magic 1 relative to the last one, which
 * the wrapper carries (KIP-31). If the wrapper is marked LogAppendTime, its time is that of all (KIP-32).
 *
 * What a set must be is what Kafka demands of a producer (LogValidator, AbstractLegacyRecordBatch): one magic, one
 * wrapper or none, no wrapper within, all checksums right. Nothing is cut off in silence.
 */
import type { CompressionName } from './batch-format.ts';
import { decompress, decompressOfMagic0 } from './compression.ts';
import { InvalidRecordsError } from './invalid-records-error.ts';
import { MessageView } from './legacy-message.ts';

export interface MessageSet {
  /** That of the wrapper. */
  readonly compression: CompressionName;
  /** A message of the outer set says that a broker set its time. */
  readonly isLogAppendTime: boolean;
  /** Messages in it; at least one. */
  readonly count: number;
  /** Calls `visit` with each message; the view is the same object, moved on. May be repeated. */
  forEach(visit: (message: MessageView, offset: number, timestampMs: number) => void): void;
}

/**
 * Checks the whole set and opens its wrapper. Throws InvalidRecordsError for what no client may send and ProtocolError for damage, or if
 * the wrapper grows beyond `maxOutputBytes`.
 */
export function openMessageSet(bytes: Buffer, maxOutputBytes: number): MessageSet {
  const outer = new MessageView(bytes);
  if (!outer.next()) throw new InvalidRecordsError('the message set is empty');
  if (outer.compression === 'none') return openPlain(bytes, outer.magic);
  if (outer.end !== bytes.length)
    throw new InvalidRecordsError('a compressed message set has a second message', outer.end);
  const { compression, isLogAppendTime, magic, offset, timestampMs, value } = outer;
  if (value === null) throw new InvalidRecordsError('a compressed message has no value');
  const open = magic === 0 ? decompressOfMagic0 : decompress;
  const plain = open(compression, value, maxOutputBytes);
  const { count, lastOffset } = checkMessages(plain, magic, 'Messages within a compressed one');
  const shift = magic === 1 ? shiftOf(offset, lastOffset) : 0;
  return {
    ...{ compression, isLogAppendTime, count },
    forEach(visit) {
      const view = new MessageView(plain);
      while (view.next()) visit(view, view.offset + shift, isLogAppendTime ? timestampMs : view.timestampMs);
    },
  };
}

function openPlain(bytes: Buffer, magic: number): MessageSet {
  const { count, isLogAppendTime } = checkMessages(bytes, magic, 'Messages beside others');
  return {
    ...{ compression: 'none', isLogAppendTime, count },
    forEach(visit) {
      const view = new MessageView(bytes);
      while (view.next()) visit(view, view.offset, view.timestampMs);
    },
  };
}

function checkMessages(bytes: Buffer, magic: number, which: string) {
  const view = new MessageView(bytes);
  let count = 0;
  let isLogAppendTime = false;
  while (view.next()) {
    count += 1;
    isLogAppendTime ||= view.isLogAppendTime;
    if (view.compression !== 'none')
      throw new InvalidRecordsError(`${which} must not be compressed`, view.position);
    if (view.magic !== magic) throw new InvalidRecordsError(`${which} must be of one magic`, view.position);
  }
  if (count === 0) throw new InvalidRecordsError('a compressed message set is empty');
  return { count, isLogAppendTime, lastOffset: view.offset };
}

/** What makes inner offsets of magic 1 absolute. Some versions of librdkafka left the wrapper's at 0. */
function shiftOf(wrapperOffset: number, lastInnerOffset: number): number {
  if (wrapperOffset === 0) return 0;
  if (wrapperOffset < lastInnerOffset) {
    const message = `the offset ${wrapperOffset} of a compressed message is below the last one within, ${lastInnerOffset}`;
    throw new InvalidRecordsError(message);
  }
  return wrapperOffset - lastInnerOffset;
}
