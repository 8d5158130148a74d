/**
 * The names of a memory disk: directories, twice like files, as programs see them and as the device has them. A new,
 * changed or removed name is safe when its directory has been forced; before that a power cut may keep any of these
 * changes and lose any other. One change (a rename over an old name) is never half done.
 *
 * A directory right below the root stands for a mounted file system and is safe at once.
 */
import { basename, dirname } from 'node:path';
import type { Random } from '../platform.ts';
import { diskError } from './fault-plan.ts';
import type { MemoryFile } from './memory-file.ts';

export interface MemoryDirectory {
  readonly kind: 'directory';
  names: Map<string, MemoryNode>;
  onDevice: Map<string, MemoryNode>;
}

export type MemoryNode = MemoryFile | MemoryDirectory;

interface NameEdit {
  readonly directory: MemoryDirectory;
  readonly name: string;
  /** Null: the name goes. */
  readonly node: MemoryNode | null;
}

function emptyDirectory(): MemoryDirectory {
  return { kind: 'directory', names: new Map(), onDevice: new Map() };
}

function edit(names: Map<string, MemoryNode>, { name, node }: NameEdit): void {
  if (node === null) names.delete(name);
  else names.set(name, node);
}

export class MemoryTree {
  readonly #root = emptyDirectory();
  #changes: (readonly NameEdit[])[] = [];

  find(path: string): MemoryNode | null {
    let at: MemoryNode = this.#root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      const next: MemoryNode | undefined = at.kind === 'directory' ? at.names.get(name) : undefined;
      if (next === undefined) return null;
      at = next;
    }
    return at;
  }

  file(path: string): MemoryFile | null {
    const node = this.find(path);
    return node?.kind === 'file' ? node : null;
  }

  directory(path: string): MemoryDirectory | null {
    const node = this.find(path);
    return node?.kind === 'directory' ? node : null;
  }

  /** Of every file that has a name. */
  *files(): Generator<MemoryFile> {
    yield* filesBelow(this.#root);
  }

  addFile(path: string, file: MemoryFile): void {
    this.#change([this.#edit(path, file)]);
  }

  /** Makes one directory; its parent must be there. */
  addDirectory(path: string): void {
    const added = this.#edit(path, emptyDirectory());
    this.#change([added]);
    if (added.directory === this.#root) this.force(this.#root);
  }

  remove(path: string): void {
    this.#change([this.#edit(path, null)]);
  }

  rename(from: string, to: string): void {
    const node = this.find(from);
    if (node === null) throw diskError('ENOENT', from);
    this.#change([this.#edit(from, null), this.#edit(to, node)]);
  }

  /** All changes to names in this directory are safe from now on. */
  force(directory: MemoryDirectory): void {
    const concerned = (change: readonly NameEdit[]): boolean =>
      change.some((one) => one.directory === directory);
    for (const change of this.#changes.filter(concerned)) toDevice(change);
    this.#changes = this.#changes.filter((change) => !concerned(change));
  }

  /** The power was off: without `random` nothing is left of what was not forced. */
  powerCut(random: Random | null, namesInOrder = false): void {
    if (random !== null) {
      // A journalling file system keeps all names in order; POSIX does not ask for it.
      const count = random.below(this.#changes.length + 1);
      if (namesInOrder || random.below(2) === 0) this.#changes.slice(0, count).forEach(toDevice);
      else someOf(this.#changes, random).forEach(toDevice);
    }
    this.#changes = [];
    const cut = (directory: MemoryDirectory): void => {
      directory.names = new Map(directory.onDevice);
      for (const node of directory.names.values()) if (node.kind === 'directory') cut(node);
    };
    cut(this.#root);
    for (const file of this.files()) file.powerCut(random);
  }

  #edit(path: string, node: MemoryNode | null): NameEdit {
    const directory = this.directory(dirname(path));
    if (directory === null) throw diskError('ENOENT', path);
    return { directory, name: basename(path), node };
  }

  #change(edits: readonly NameEdit[]): void {
    for (const one of edits) edit(one.directory.names, one);
    this.#changes.push(edits);
  }
}

function toDevice(change: readonly NameEdit[]): void {
  for (const one of change) edit(one.directory.onDevice, one);
}

/** Any of the changes, with all earlier ones to the same names: no file ends up under two of them. */
function someOf(changes: readonly (readonly NameEdit[])[], random: Random): (readonly NameEdit[])[] {
  const keptNames: NameEdit[] = [];
  return changes
    .toReversed()
    .filter((change) => {
      const isNeeded = change.some((one) =>
        keptNames.some((kept) => kept.directory === one.directory && kept.name === one.name),
      );
      if (!isNeeded && random.below(2) === 0) return false;
      keptNames.push(...change);
      return true;
    })
    .reverse();
}

function* filesBelow(directory: MemoryDirectory): Generator<MemoryFile> {
  for (const node of directory.names.values()) {
    if (node.kind === 'file') yield node;
    else yield* filesBelow(node);
  }
}
