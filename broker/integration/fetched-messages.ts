/**
 * Test support: the records of a fetch answer of versions 0 to 3 as plain text lines, so that answers of two brokers can be compared
 * whatever their compressors wrote: one line per message, inner ones indented, and how it ends.
 */
import { decompress, decompressOfMagic0 } from '../../protocol/records/compression.ts';
import { compressionNameOf } from '../../protocol/records/record-batch.ts';

export interface DescribedMessages {
  readonly lines: string[];
  /** Bytes behind the last whole message. */
  readonly restBytes: number;
}

export function describeMessages(bytes: Buffer, indent = ''): DescribedMessages {
  const lines: string[] = [];
  let position = 0;
  while (bytes.length - position >= 12) {
    const end = position + 12 + bytes.readInt32BE(position + 8);
    if (end > bytes.length) break;
    lines.push(...describeMessage(bytes.subarray(position, end), indent));
    position = end;
  }
  return { lines, restBytes: bytes.length - position };
}

function describeMessage(bytes: Buffer, indent: string): string[] {
  const magic = bytes.readInt8(16);
  const attributes = bytes.readInt8(17);
  let position = magic === 0 ? 18 : 26;
  const part = (): Buffer | null => {
    const length = bytes.readInt32BE(position);
    position += 4 + Math.max(0, length);
    return length < 0 ? null : bytes.subarray(position - length, position);
  };
  const key = part();
  const value = part();
  const time = magic === 0 ? '' : ` time ${bytes.readBigInt64BE(18)}`;
  const head = `${indent}${bytes.readBigInt64BE(0)} magic ${magic} attributes ${attributes}${time} key ${key?.toString() ?? 'null'}`;
  const codec = compressionNameOf(attributes & 7);
  if (codec === 'none' || codec === null || value === null)
    return [`${head} value ${value?.toString() ?? 'null'}`];
  const open = magic === 0 ? decompressOfMagic0 : decompress;
  const inner = describeMessages(open(codec, value, 1_000_000), `${indent}  `);
  return [`${head} in ${codec}, ${inner.restBytes} bytes over`, ...inner.lines];
}
