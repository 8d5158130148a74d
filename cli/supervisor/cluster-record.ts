/**
 * cluster.json in the data directory: which bundled brokers it has and which of them vote. Written before the first of
 * them is started; a directory with a broker and without this file was made when there was only one.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../command-error.ts';
import { replaceJson } from './data-directory.ts';
import { oneBroker } from './plan/bundled-cluster.ts';
import type { BundledCluster } from './plan/bundled-cluster.ts';
import { brokerDirectory } from './plan/server-properties.ts';

const fileOf = (data: string): string => path.join(data, 'cluster.json');

function isCluster(value: unknown): value is BundledCluster {
  if (typeof value !== 'object' || value === null || !('voters' in value) || !('brokers' in value))
    return false;
  const { voters, brokers } = value;
  return (
    Array.isArray(voters) &&
    voters.length > 0 &&
    voters.every((id, index) => id === index) &&
    Number.isInteger(brokers) &&
    Number(brokers) >= voters.length
  );
}

/** Null when the directory has no broker yet. @throws CommandError when the file is not one of ours */
export function recordedCluster(data: string): BundledCluster | null {
  let text: string;
  try {
    text = readFileSync(fileOf(data), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return existsSync(path.join(brokerDirectory(data, 0), 'log', 'meta.properties')) ? oneBroker : null;
  }
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = null;
  }
  if (isCluster(found)) return { voters: found.voters, brokers: found.brokers };
  throw new CommandError(
    `--data ${data}: cluster.json does not say which brokers are here, as {"voters":[0,1,2],"brokers":3} does. Bring it back as it was, or use another --data.`,
  );
}

export function recordCluster(data: string, cluster: BundledCluster): void {
  replaceJson(fileOf(data), cluster);
}
