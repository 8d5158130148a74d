/** Test support: gives kafkajs the codecs that it leaves to plugins, made from ours. */
import kafkajs, { CompressionTypes } from 'kafkajs';
import type { CompressionName } from '../../protocol/records/batch-format.ts';
import { compress, decompress } from '../../protocol/records/compression.ts';

const MAX_OUTPUT_BYTES = 67_108_864;
const codecs: readonly (readonly [CompressionTypes, CompressionName])[] = [
  [CompressionTypes.Snappy, 'snappy'],
  [CompressionTypes.LZ4, 'lz4'],
  [CompressionTypes.ZSTD, 'zstd'],
];

export function registerKafkajsCodecs(): void {
  // kafkajs is CommonJS; this table of it has no named export that a bundler can see.
  const table = kafkajs.CompressionCodecs as unknown as Record<number, unknown>;
  for (const [type, name] of codecs) {
    table[type] = () => ({
      compress: (encoder: { readonly buffer: Buffer }): Promise<Buffer> =>
        Promise.resolve(compress(name, encoder.buffer)),
      decompress: (buffer: Buffer): Promise<Buffer> =>
        Promise.resolve(decompress(name, buffer, MAX_OUTPUT_BYTES)),
    });
  }
}
