/**
 * Compresses and decompresses the records part of a batch: gzip, Snappy, LZ4 frames, Zstandard.
 *
 * Decompressing is always capped: output beyond `maxOutputBytes` is an OutputLimitError, broken input
 * ProtocolError('value' or 'truncated'). Codecs are loaded at their first use, so that a broker which only stores what
 * it is sent loads none.
 */
import { createRequire } from 'node:module';
import type * as Zlib from 'node:zlib';
import type * as Lz4 from 'lz4-napi';
import type * as Snappy from 'snappy';
import { ProtocolError } from '../wire/protocol-error.ts';
import type { CompressionName } from './batch-format.ts';
import { decompressLz4Frame, setChecksumOfMagic0 } from './lz4-frame.ts';
import { OutputLimitError } from './output-limit-error.ts';
import { compressXerial, decompressSnappy, type RawSnappy } from './xerial-snappy.ts';
import { compressZstd, decompressZstd } from './zstd.ts';

const load = createRequire(import.meta.url);

export function compress(compression: CompressionName, bytes: Buffer): Buffer {
  switch (compression) {
    case 'none':
      return bytes;
    case 'gzip':
      return (load('node:zlib') as typeof Zlib).gzipSync(bytes);
    case 'snappy':
      return compressXerial(bytes, rawSnappy());
    case 'lz4':
      return (load('lz4-napi') as typeof Lz4).compressFrameSync(bytes);
    case 'zstd':
      return compressZstd(bytes);
  }
}

/** As in a wrapper message of magic 0, where LZ4 frames have a header checksum of their own kind (KIP-57). */
export function compressForMagic0(compression: CompressionName, bytes: Buffer): Buffer {
  const compressed = compress(compression, bytes);
  if (compression === 'lz4') setChecksumOfMagic0(compressed);
  return compressed;
}

export function decompressOfMagic0(
  compression: CompressionName,
  bytes: Buffer,
  maxOutputBytes: number,
): Buffer {
  return compression === 'lz4'
    ? decompressLz4Frame(bytes, maxOutputBytes, true)
    : decompress(compression, bytes, maxOutputBytes);
}

/** Gives the input itself for 'none'. Throws ProtocolError and nothing else. */
export function decompress(compression: CompressionName, bytes: Buffer, maxOutputBytes: number): Buffer {
  switch (compression) {
    case 'none':
      return bytes;
    case 'gzip':
      return gunzip(bytes, maxOutputBytes);
    case 'snappy':
      return decompressSnappy(bytes, maxOutputBytes, rawSnappy());
    case 'lz4':
      return decompressLz4Frame(bytes, maxOutputBytes);
    case 'zstd':
      return decompressZstd(bytes, maxOutputBytes);
  }
}

function gunzip(bytes: Buffer, maxOutputBytes: number): Buffer {
  const { gunzipSync } = load('node:zlib') as typeof Zlib;
  try {
    // The bound must be positive for zlib; an empty stream is allowed to be one byte too long.
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, maxOutputBytes) });
  } catch (error) {
    if (error instanceof RangeError) throw new OutputLimitError('gzip data', maxOutputBytes);
    throw new ProtocolError('value', `broken gzip data: ${messageOf(error)}`);
  }
}

function rawSnappy(): RawSnappy {
  const snappy = load('snappy') as typeof Snappy;
  return {
    compress: (bytes) => snappy.compressSync(bytes),
    decompress: (bytes) => {
      try {
        return snappy.uncompressSync(bytes, { asBuffer: true }) as Buffer;
      } catch (error) {
        throw new ProtocolError('value', `broken Snappy data: ${messageOf(error)}`);
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
