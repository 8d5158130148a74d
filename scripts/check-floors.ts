/**
 * Fails when the lock file holds a package below the version that closed its known security faults, in any copy, also
 * nested ones, or when it names a package host (a clone must install from whatever registry its machine uses).
 *
 *   npx tsx scripts/check-floors.ts
 *
 * `npm audit` needs a service that not every machine reaches; this needs only the lock file. The floors are looked
 * over by hand each month.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Package -> lowest fixed version, per major line that still gets fixes. */
const floors: Readonly<Record<string, readonly string[]>> = {
  next: ['15.5.28', '16.4.1'],
  react: ['19.2.6'],
  'react-dom': ['19.2.6'],
  sharp: ['0.35.5'],
  'next-auth': ['4.24.15'],
  nodemailer: ['10.1.4'],
  zod: ['4.6.7'],
};

/** Packages that must share one version, because they are generated against each other. */
const sameVersion = [['prisma', '@prisma/client', '@prisma/adapter-libsql']] as const;

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly resolved?: string; readonly link?: boolean }>
  >;
}

function parts(version: string): [number, number, number] {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) throw new Error(`not a version: ${version}`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function atLeast(version: string, floor: string): boolean {
  const [a, b] = [parts(version), parts(floor)];
  const first = a.findIndex((part, index) => part !== b[index]);
  return first === -1 || (a[first] ?? 0) > (b[first] ?? 0);
}

/** The floor that applies: that of the same major line, else the newest one. */
function floorFor(version: string, lines: readonly string[]): string {
  const major = parts(version)[0];
  return lines.find((line) => parts(line)[0] === major) ?? lines[lines.length - 1] ?? version;
}

/** What is wrong with a lock file, in words; empty when all is well. */
export function complaintsAboutLock(text: string): string[] {
  const lock = JSON.parse(text) as LockFile;
  const complaints: string[] = [];
  const versions = new Map<string, string>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (place === '' || entry.version === undefined) continue;
    if (place === `node_modules/${name}`) versions.set(name, entry.version);
    const lines = floors[name];
    if (lines !== undefined && !atLeast(entry.version, floorFor(entry.version, lines))) {
      complaints.push(
        `${place} is ${entry.version}; ${floorFor(entry.version, lines)} is the lowest version without known faults.`,
      );
    }
    if (entry.resolved !== undefined && /^(https?|git)/.test(entry.resolved)) {
      complaints.push(
        `${place} names where it was downloaded from; keep omit-lockfile-registry-resolved=true in .npmrc.`,
      );
    }
  }
  for (const group of sameVersion) {
    const found = new Set(group.map((name) => versions.get(name)).filter((version) => version !== undefined));
    if (found.size > 1)
      complaints.push(`${group.join(', ')} must be at one version, found ${[...found].join(', ')}.`);
  }
  return complaints;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const complaints = complaintsAboutLock(readFileSync('package-lock.json', 'utf8'));
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
