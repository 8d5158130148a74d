/**
 * meta.properties: whom a log folder belongs to (Kafka's MetaProperties, version 1; version 0 of ZooKeeper days is
 * read too). Java properties of the plain kind: `key=value` lines and `#` comments.
 */
import type { Disk } from '../platform/platform.ts';
import { StartFailure } from '../start-failure.ts';

export interface MetaProperties {
  readonly nodeId: number;
  readonly clusterId: string;
  /** Null in files of version 0. */
  readonly directoryId: string | null;
}

/** Null when there is no file; throws StartFailure with a sentence for the user when it makes no sense. */
export function readMetaProperties(disk: Disk, path: string): MetaProperties | null {
  if (!disk.exists(path)) return null;
  const values = new Map<string, string>();
  for (const line of disk.readFile(path).toString('utf8').split('\n')) {
    const match = /^\s*([^#!=\s][^=\s]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined) values.set(match[1], match[2] ?? '');
  }
  const nodeId = Number(values.get('node.id') ?? values.get('broker.id'));
  const clusterId = values.get('cluster.id');
  if (!Number.isSafeInteger(nodeId) || clusterId === undefined) {
    throw new StartFailure(
      `${path} names no broker and cluster: restore it, or move the folder away to begin anew.`,
    );
  }
  return { nodeId, clusterId, directoryId: values.get('directory.id') ?? null };
}

export function metaPropertiesText(meta: MetaProperties): Buffer {
  const lines = ['version=1', `node.id=${meta.nodeId}`, `cluster.id=${meta.clusterId}`];
  if (meta.directoryId !== null) lines.push(`directory.id=${meta.directoryId}`);
  return Buffer.from(`${lines.join('\n')}\n`);
}
