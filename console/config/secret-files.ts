/**
 * The two secrets that live as files in the data directory, readable by their owner alone: `secret` signs sessions
 * (unless AQUILA_SECRET does) and `channel-key` seals what the database must not show (mail passwords).
 *
 * A file is made with random bytes at the first start. Two processes that start at once agree on one: the file is
 * created exclusively, and whoever comes second reads it.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from './config-error.ts';
import type { ConsoleConfig } from './environment.ts';

const secretBytes = 32;

function readOrCreate(file: string): Buffer {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const text = readFileSync(file, 'utf8').trim();
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length < secretBytes) {
        throw new ConfigError([
          `${file} is damaged: it has to hold at least ${secretBytes} random bytes. Delete it to get a new one.`,
        ]);
      }
      chmodSync(file, 0o600);
      return bytes;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      create(file);
    }
  }
  throw new ConfigError([`${file} cannot be created.`]);
}

/** Complete or not there: written beside and linked into place, which fails when somebody else was first. */
function create(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(secretBytes).toString('base64url')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What session tokens are signed and encrypted with. */
export function sessionSecret(config: ConsoleConfig): string {
  return config.secret ?? readOrCreate(path.join(config.dataDirectory, 'secret')).toString('base64url');
}

/** 32 bytes for store/sealed-box.ts. */
export function channelKey(config: ConsoleConfig): Buffer {
  return readOrCreate(path.join(config.dataDirectory, 'channel-key')).subarray(0, secretBytes);
}
