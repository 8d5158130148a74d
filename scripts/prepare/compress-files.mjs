/** Compresses what browsers fetch of a build, once and as far as it goes: the console sends it as it is. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, gzipSync } from 'node:zlib';

/** Fonts and pictures of other kinds are compressed already. */
const compressible = ['.js', '.css', '.svg'];

/** @param {string} directory with what it has below it; beside `name` comes `name.gz` */
export function compressFiles(directory) {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.includes(path.extname(entry.name))) continue;
    const file = path.join(entry.parentPath, entry.name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }));
  }
}
