/**
 * Installs what package-lock.json names, without running any package's own scripts (none of ours needs one).
 *
 * Whether that is needed is read from npm's own record of what it installed, node_modules/.package-lock.json, which npm
 * writes last: an installation that was cut short is repeated, one that somebody made by hand is taken as it is.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { runQuietly } from './run-quietly.mjs';

const inputs = ['package.json', 'package-lock.json', '.npmrc'];

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

const markOf = (root) => path.join(root, 'node_modules', '.cache', 'aquila', 'packages.json');
const factsHere = () => [process.platform, process.arch];

/** True when every package of the lock that is not optional is installed in the version it names. */
function matchesLock(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  const found = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !found) return false;
  const asked = readJson(path.join(root, 'package.json')) ?? {};
  const noted = wanted[''] ?? {};
  const sorted = (entries) => JSON.stringify(Object.entries(entries ?? {}).sort());
  const same = (kind) => sorted(asked[kind]) === sorted(noted[kind]);
  if (!same('dependencies') || !same('devDependencies')) return false;
  return Object.entries(wanted).every(
    ([place, entry]) =>
      place === '' ||
      entry.optional ||
      entry.devOptional ||
      entry.peer ||
      found[place]?.version === entry.version,
  );
}

export function packagesAreInstalled(root) {
  const record = path.join(root, 'node_modules', '.package-lock.json');
  const now = fingerprint(root, inputs, factsHere());
  const mark = readJson(markOf(root));
  if (mark?.fingerprint === now && existsSync(record)) return true;
  if (mark !== null && (mark.platform !== process.platform || mark.arch !== process.arch)) return false;
  if (!matchesLock(root)) return false;
  writeMark(root);
  return true;
}

function writeMark(root) {
  mkdirSync(path.dirname(markOf(root)), { recursive: true });
  const mark = {
    fingerprint: fingerprint(root, inputs, factsHere()),
    platform: process.platform,
    arch: process.arch,
  };
  writeFileSync(markOf(root), JSON.stringify(mark));
}

/** npm as the one that started us, else the one on the PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  return own !== undefined && /npm-cli\.[cm]?js$/.test(own) && existsSync(own)
    ? [process.execPath, own]
    : ['npm'];
}

export async function installPackages(root) {
  const env = { ...process.env };
  // A shell that says NODE_ENV=production would otherwise leave out what the build needs.
  delete env.NODE_ENV;
  const [command, ...first] = npmCommand();
  const options = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--loglevel=error',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
  ];
  await runQuietly('installing packages', command, [...first, 'install', ...options], { cwd: root, env });
  writeMark(root);
}
