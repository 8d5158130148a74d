/** Clusters on disks of their own whose power can be cut: one node's, or all at the same instant. */
import { LoopDisk } from '../mounted-disk.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';

const DISK_MEGABYTES = 192;
const SMALL_SEGMENTS = ['log.segment.bytes=1048576', 'log.index.size.max.bytes=65536'];

export function threeDisks(): readonly LoopDisk[] {
  return Array.from({ length: 3 }, () => new LoopDisk(DISK_MEGABYTES));
}

export async function clusterOn(disks: readonly LoopDisk[]): Promise<ClusterUnderFault> {
  return ClusterUnderFault.start({
    settings: [...IMPATIENT, ...SMALL_SEGMENTS],
    dataDirectoryOf: (node) => `${disks[node]?.directory ?? ''}/data`,
  });
}

/** All at the same instant: each stands still, then what its device has is taken. */
export async function cutPower(
  cluster: ClusterUnderFault,
  disks: readonly LoopDisk[],
  nodes: readonly number[],
): Promise<void> {
  for (const node of nodes) cluster.signal(node, 'SIGSTOP');
  for (const node of nodes) disks[node]?.capture();
  await Promise.all(nodes.map((node) => cluster.kill(node)));
  for (const node of nodes) disks[node]?.powerOn();
}
