/**
 * `.txnindex` files: the aborted transactions of a segment, in entries of 34 bytes: version int16, then producer id, first
 * offset, last offset and last stable offset as int64. There is none where nothing was aborted, so none is nothing to print.
 */
import { existsSync } from 'node:fs';
import { baseOffsetOf } from './file-names.ts';
import { LogFile } from './log-file.ts';

const ENTRY_BYTES = 34;
/** Only one version exists, and Kafka's tool shows it whatever an entry says. */
const VERSION_SHOWN = '0';
const READ_AHEAD_BYTES = 65_536;

/** Text with line ends. */
export function* dumpTxnIndex(file: string): Generator<string> {
  baseOffsetOf(file);
  if (!existsSync(file)) return;
  yield* LogFile.with(file, READ_AHEAD_BYTES, function* (index) {
    for (let at = 0; at + ENTRY_BYTES <= index.sizeBytes; at += ENTRY_BYTES) {
      const entry = index.read(at, ENTRY_BYTES);
      const [producerId, firstOffset, lastOffset, lastStableOffset] = [2, 10, 18, 26].map((position) =>
        String(entry.readBigInt64BE(position)),
      );
      yield (
        `version: ${VERSION_SHOWN} producerId: ${producerId ?? ''} firstOffset: ${firstOffset ?? ''}` +
        ` lastOffset: ${lastOffset ?? ''} lastStableOffset: ${lastStableOffset ?? ''}\n`
      );
    }
  });
}
