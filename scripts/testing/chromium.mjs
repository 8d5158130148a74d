/**
 * Finds a Chromium for the browser journeys: the one named by CHROMIUM, one of this machine, Playwright's own; else gets
 * one, announced first: Playwright's download, then the system's packages where we may install them.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../prepare/prepare.mjs';
import { bin, runTool } from './run-tool.mjs';

const downloadLimitMs = 5 * 60_000;
const installLimitMs = 10 * 60_000;
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const wellKnown = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onThisMachine() {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM) return isProgram(CHROMIUM) ? CHROMIUM : null;
  const places = PATH.split(path.delimiter).flatMap((directory) =>
    names.map((name) => path.join(directory, name)),
  );
  return [...wellKnown, ...places].find(isProgram) ?? null;
}

function ofPlaywright() {
  const file = createRequire(path.join(root, 'package.json'))('@playwright/test').chromium.executablePath();
  return existsSync(file) ? file : null;
}

async function install() {
  console.log('  no Chromium here: downloading the one of Playwright into its cache (about 150 MB)');
  await runTool('downloading Chromium', [bin('@playwright', 'test', 'cli.js'), 'install', 'chromium'], {
    limitMs: downloadLimitMs,
  });
  const downloaded = ofPlaywright();
  if (downloaded !== null) return downloaded;
  if (process.getuid?.() !== 0 || !isProgram('/usr/bin/apt-get')) return null;
  console.log('  that did not work: installing the package "chromium" with apt-get');
  const options = {
    command: '/usr/bin/apt-get',
    limitMs: installLimitMs,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  };
  await runTool('apt-get update', ['update', '-q'], options);
  await runTool(
    'apt-get install chromium',
    ['install', '-y', '-q', '--no-install-recommends', 'chromium'],
    options,
  );
  return onThisMachine();
}

export const howToGetChromium =
  'No Chromium was found and none could be installed. Run "npx playwright install chromium", or "sudo apt-get install chromium", or set CHROMIUM=/path/to/chromium; then "npm test" again.';

/** @returns {Promise<string | null>} path of the program */
export async function findChromium() {
  if (process.env.CHROMIUM && onThisMachine() === null) return null;
  return onThisMachine() ?? ofPlaywright() ?? (await install());
}
