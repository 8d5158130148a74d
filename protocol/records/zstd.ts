/**
 * Zstandard by libzstd, compiled to WebAssembly in @bokuweb/zstd-wasm.
 *
 * The package starts asynchronously and sizes its output by what the input claims. Here the module is instantiated
 * synchronously at first use, through Emscripten's own hook for that, and called with buffers of our size, so that
 * libzstd itself stops at the limit. The module's memory does not shrink again: it stays at the largest call's need.
 * (fzstd, the pure JavaScript decoder, does not always end on damaged input, so it is no choice for a broker.)
 */
import { dirname, join } from 'node:path';
import type * as FileSystem from 'node:fs';
import { ProtocolError } from '../wire/protocol-error.ts';
import { OutputLimitError } from './output-limit-error.ts';
import { zstdOutputBytes } from './zstd-frame.ts';

const COMPRESSION_LEVEL = 3;

/** What we use of the compiled module. Pointers are offsets into HEAPU8, whose object changes when memory grows. */
interface ZstdModule {
  readonly HEAPU8: Uint8Array;
  readonly calledRun?: boolean;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => unknown,
  ) => unknown;
  init(): void;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _ZSTD_compressBound(bytes: number): number;
  _ZSTD_compress(
    target: number,
    targetBytes: number,
    source: number,
    sourceBytes: number,
    level: number,
  ): number;
  _ZSTD_decompress(target: number, targetBytes: number, source: number, sourceBytes: number): number;
  _ZSTD_isError(result: number): number;
}

let loaded: ZstdModule | undefined;

function zstdModule(): ZstdModule {
  if (loaded !== undefined) return loaded;
  // Not imported: a bundler would follow what is required here, whose name is only known when it runs.
  const { createRequire } = process.getBuiltinModule('node:module');
  const load = createRequire(import.meta.url);
  const folder = dirname(load.resolve('@bokuweb/zstd-wasm'));
  const { Module: module } = load(join(folder, 'module.js')) as { Module: ZstdModule };
  if (module.calledRun !== true) {
    // Reading the compiled module is loading code, as require does; no data of ours is touched.
    const { readFileSync } = load('node:fs') as typeof FileSystem;
    const binary = readFileSync(join(folder, 'zstd.wasm'));
    module.instantiateWasm = (imports, receive) =>
      receive(new WebAssembly.Instance(new WebAssembly.Module(binary), imports));
    module.init();
  }
  return (loaded = module);
}

/** What the module holds and never gives back while its thread lives. */
export function zstdMemoryBytes(): number {
  return loaded?.HEAPU8.length ?? 0;
}

export function compressZstd(bytes: Buffer): Buffer {
  const module = zstdModule();
  const bound = module._ZSTD_compressBound(bytes.length);
  return transform(module, bytes, bound, bound, (target, source) =>
    module._ZSTD_compress(target, bound, source, bytes.length, COMPRESSION_LEVEL),
  );
}

/** Decompresses all frames of `bytes` into at most `maxOutputBytes`; throws ProtocolError and nothing else. */
export function decompressZstd(bytes: Buffer, maxOutputBytes: number): Buffer {
  const capacity = zstdOutputBytes(bytes, maxOutputBytes);
  const module = zstdModule();
  return transform(module, bytes, capacity, maxOutputBytes, (target, source) =>
    module._ZSTD_decompress(target, capacity, source, bytes.length),
  );
}

function transform(
  module: ZstdModule,
  bytes: Buffer,
  capacity: number,
  limitBytes: number,
  run: (target: number, source: number) => number,
): Buffer {
  const source = module._malloc(bytes.length);
  const target = module._malloc(Math.max(1, capacity));
  try {
    if (source === 0 || target === 0) {
      throw new OutputLimitError('Zstandard data', module.HEAPU8.length);
    }
    module.HEAPU8.set(bytes, source);
    const size = run(target, source);
    if (module._ZSTD_isError(size) !== 0) throw failureOf(size, capacity, limitBytes);
    return Buffer.from(module.HEAPU8.subarray(target, target + size));
  } finally {
    if (source !== 0) module._free(source);
    if (target !== 0) module._free(target);
  }
}

/** ZSTD_error_dstSize_tooSmall, as the negative number that libzstd returns. */
const OUTPUT_TOO_SMALL = -70;

/** Where the frame's own claim was the capacity, growing beyond it is damage. */
function failureOf(result: number, capacity: number, limitBytes: number): ProtocolError {
  return result === OUTPUT_TOO_SMALL && capacity === limitBytes
    ? new OutputLimitError('Zstandard data', limitBytes)
    : new ProtocolError('value', `broken Zstandard data (libzstd error ${-result})`);
}
