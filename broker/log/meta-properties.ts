/**
 * meta.properties: whom a log folder belongs to (Kafka's MetaProperties, version 1; version 0 of ZooKeeper days is
 * read too). Java properties of the plain kind: `key=value` lines and `#` comments.
 */
import type { Disk } from '../platform/platform.ts';

export interface MetaProperties {
  readonly nodeId: number;
  readonly clusterId: string;
  /** Null in files of version 0. */
  readonly directoryId: string | null;
}

/** The file is there and makes no sense: nobody may guess whom the folder belongs to. */
export class UnreadableMetaProperties extends Error {
  constructor(path: string, problem: string) {
    super(`${path} ${problem}: restore it, or move the folder away to begin anew.`);
    this.name = 'UnreadableMetaProperties';
  }
}

/** Null when there is no file; throws UnreadableMetaProperties or DiskError. */
export function readMetaProperties(disk: Disk, path: string): MetaProperties | null {
  if (!disk.exists(path)) return null;
  const values = new Map<string, string>();
  for (const line of disk.readFile(path).toString('utf8').split('\n')) {
    const match = /^\s*([^#!=\s][^=\s]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined) values.set(match[1], match[2] ?? '');
  }
  const version = values.get('version') ?? '';
  const nodeId = values.get('node.id') ?? values.get('broker.id') ?? '';
  const clusterId = values.get('cluster.id') ?? '';
  if (!/^\d{1,10}$/.test(nodeId) || clusterId === '')
    throw new UnreadableMetaProperties(path, 'names no broker and cluster');
  if (version !== '0' && version !== '1')
    throw new UnreadableMetaProperties(path, `has version "${version}" instead of 0 or 1`);
  const directoryId = values.get('directory.id') ?? null;
  if (directoryId !== null && !/^[A-Za-z0-9_-]{22}$/.test(directoryId))
    throw new UnreadableMetaProperties(path, `has the directory.id "${directoryId}", which is no uuid`);
  return { nodeId: Number(nodeId), clusterId, directoryId };
}

export function metaPropertiesText(meta: MetaProperties): Buffer {
  const lines = ['version=1', `node.id=${meta.nodeId}`, `cluster.id=${meta.clusterId}`];
  if (meta.directoryId !== null) lines.push(`directory.id=${meta.directoryId}`);
  return Buffer.from(`${lines.join('\n')}\n`);
}
