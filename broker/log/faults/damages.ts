/** Ways in which a file can be damaged, and a disk that has exactly the files of another one, some of them damaged. */
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import type { SeededRandom } from '../../platform/memory/memory-time.ts';

/** What the file holds then; null: it is not there any more. */
export const DAMAGES: Readonly<Record<string, (bytes: Buffer, random: SeededRandom) => Buffer | null>> = {
  'a flipped bit': (bytes, random) => {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  'a missing end': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'zeros for its content': (bytes) => Buffer.alloc(bytes.length),
  'no content': () => Buffer.alloc(0),
  'its name gone': () => null,
};

export type Files = ReadonlyMap<string, Buffer>;

/** Everything below a directory, by path. */
export function filesBelow({ disk }: MemoryPlatform, directory: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const visit = (folder: string): void => {
    for (const name of disk.list(folder)) {
      const path = `${folder}/${name}`;
      if (disk.stat(path).isDirectory) visit(path);
      else files.set(path, disk.readFile(path));
    }
  };
  visit(directory);
  return files;
}

/** These files with one of them damaged. */
export function damagedFiles(files: Files, path: string, damage: string, random: SeededRandom): Files {
  const damaged = new Map(files);
  const bytes = DAMAGES[damage]?.(files.get(path) ?? Buffer.alloc(0), random) ?? null;
  if (bytes === null) damaged.delete(path);
  else damaged.set(path, bytes);
  return damaged;
}

/** A platform with exactly these files. */
export function restored(files: Files): MemoryPlatform {
  const platform = createMemoryPlatform();
  for (const [path, content] of files) {
    platform.disk.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    const file = platform.disk.open(path, { create: true });
    file.write([content], 0);
    file.close();
  }
  return platform;
}
