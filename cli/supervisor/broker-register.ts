/**
 * Which brokers were started from this clone with `kafka-server-start`, so that `kafka-server-stop` finds them without
 * searching the machine's processes: one file a broker in run/, which is ignored once its process is gone.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runDirectory } from './data-directory.ts';
import { processIdentity } from './process-identity.ts';

export interface RegisteredBroker {
  readonly pid: number;
  readonly nodeId: number | null;
  /** Absolute path of its properties. */
  readonly file: string;
}

const nameOf = (pid: number): string => `kafka-server-${pid}.json`;

/** Returns what takes the entry away again. */
export function registerBroker(data: string, broker: RegisteredBroker): () => void {
  const directory = runDirectory(data);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, nameOf(broker.pid));
  writeFileSync(file, JSON.stringify({ ...broker, identity: processIdentity(broker.pid) }));
  return () => rmSync(file, { force: true });
}

/** Those that are alive; entries of others are cleared away. */
export function registeredBrokers(data: string): RegisteredBroker[] {
  const directory = runDirectory(data);
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => /^kafka-server-\d+\.json$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = path.join(directory, name);
    const entry = JSON.parse(readFileSync(file, 'utf8')) as RegisteredBroker & { identity: string };
    if (processIdentity(entry.pid) === entry.identity) return [entry];
    rmSync(file, { force: true });
    return [];
  });
}
