/**
 * What a file's name says: segments and their indexes are called after the first offset they may hold, snapshots of a metadata
 * log after their end offset and epoch.
 */
import path from 'node:path';
import { CommandError } from '../command-error.ts';

const BOOTSTRAP_NAME = 'bootstrap.checkpoint';
const SNAPSHOT_NAME = /^(\d{20})-(\d{10})\.checkpoint$/;

/** As Java makes a path absolute: `./` stays in it. */
export function absolutePathOf(file: string): string {
  return path.isAbsolute(file) ? file : `${process.cwd()}/${file}`;
}

/** From the last dot on; the whole name where there is none. */
export function suffixOf(file: string): string {
  const name = path.basename(file);
  return name.slice(Math.max(0, name.lastIndexOf('.')));
}

export function baseOffsetOf(file: string): bigint {
  const text = path.basename(file).split('.')[0] ?? '';
  if (/^[+-]?\d{1,30}$/.test(text)) {
    const offset = BigInt(text.replace('+', ''));
    if (BigInt.asIntN(64, offset) === offset) return offset;
  }
  throw new CommandError(
    `${file}: a log file is named after its first offset, as 00000000000000000000${suffixOf(file)}; "${text}" is no offset.`,
  );
}

/** The same segment's file of another kind. */
export function siblingOf(file: string, suffix: string): string {
  const absolute = absolutePathOf(file);
  return `${path.dirname(absolute)}/${path.basename(absolute).split('.')[0] ?? ''}${suffix}`;
}

/** The line above what a `.log` or a `.checkpoint` holds. */
export function titleOf(file: string): string {
  if (suffixOf(file) === '.log') return `Log starting offset: ${String(baseOffsetOf(file))}`;
  const name = path.basename(file);
  if (name === BOOTSTRAP_NAME) return 'KRaft bootstrap snapshot';
  const [, endOffset, epoch] = SNAPSHOT_NAME.exec(name) ?? [];
  if (endOffset !== undefined && epoch !== undefined)
    return `Snapshot end offset: ${String(BigInt(endOffset))}, epoch: ${String(Number(epoch))}`;
  throw new CommandError(
    `${file}: a snapshot is named after its end offset and epoch, as 00000000000000000042-0000000003.checkpoint.`,
  );
}
