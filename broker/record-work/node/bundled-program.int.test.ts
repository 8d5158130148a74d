/**
 * The broker that people run is a bundle, in which the thread's program is a file of its own beside it: here both are bundled
 * as the preparation does it, and a job is sent across.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { entryPoints } from '../../../scripts/prepare/steps.mjs';
import { defaultLogConfig } from '../../log/log-config.ts';
import { batchOf, RememberingLogger } from '../../log/log-test-kit.ts';
import { createNodePlatform } from '../../platform/node/node-platform.ts';
import type * as Bundled from '../worker-record-work.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

it('a bundled broker finds the program of its threads', async () => {
  // Packages are found from where the bundle lies.
  const directory = mkdtempSync(path.join(ROOT, 'node_modules', '.aquila-bundle-'));
  try {
    await build({
      absWorkingDir: ROOT,
      entryPoints: {
        'worker-record-work': 'broker/record-work/worker-record-work.ts',
        'record-worker': entryPoints['record-worker'],
      },
      outdir: directory,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'silent',
    });
    const bundle = pathToFileURL(path.join(directory, 'worker-record-work.mjs')).href;
    const { WorkerRecordWork } = (await import(/* @vite-ignore */ bundle)) as typeof Bundled;
    const { timers } = createNodePlatform();
    const work = new WorkerRecordWork({ timers, logger: new RememberingLogger(), maxThreads: 1 });
    const config = { ...defaultLogConfig, compressionType: 'zstd' } as const;
    const outcome = work.check(batchOf(500, { valueBytes: 100 }), {
      config,
      nowMs: 0,
      origin: 'coordinator',
    });
    expect(outcome).not.toBeInstanceOf(Promise);
    const nowMs = 1_767_225_600_000;
    const later = work.check(batchOf(500, { valueBytes: 100 }), { config, nowMs, origin: 'client' });
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toMatchObject({ batches: [{ header: { compression: 'zstd', recordsCount: 500 } }] });
    await work.stop();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
