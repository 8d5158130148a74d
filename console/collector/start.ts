/**
 * Starts collecting inside the server, once per process however often Next calls its hook: the running collector hangs on
 * globalThis, because each of Next's bundles has its own copy of this module.
 */
import type { ClusterSettings } from '../config/environment.ts';
import { runCollecting, type CollectingOptions, type RunningCollector } from './collecting.ts';

const key = Symbol.for('aquila.collector');
const processWide = globalThis as typeof globalThis & { [key]?: Promise<RunningCollector> | undefined };

/** Resolves once it runs; a second call gives the same one. */
export function startCollecting(options: CollectingOptions): Promise<RunningCollector> {
  const running = processWide[key];
  if (running !== undefined) return running;
  const starting = runCollecting(options);
  processWide[key] = starting;
  starting.catch(() => {
    processWide[key] = undefined;
  });
  return starting;
}

/** Resolves once nothing is collected or sent any more. Does nothing when it does not run. */
export async function stopCollecting(): Promise<void> {
  const running = processWide[key];
  processWide[key] = undefined;
  if (running !== undefined) await (await running).stop();
}

/** Watches a cluster from now on, where a collector runs in this process. */
export async function watchCluster(settings: ClusterSettings): Promise<void> {
  await (await processWide[key])?.watch(settings);
}

/** Resolves once nothing more of the cluster is collected or kept. */
export async function unwatchCluster(clusterId: string): Promise<void> {
  await (await processWide[key])?.unwatch(clusterId);
}
