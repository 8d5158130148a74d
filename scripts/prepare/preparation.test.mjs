import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exclusively } from './exclusive.mjs';
import { fingerprint } from './fingerprint.mjs';
import { nodeVersionComplaint } from './node-version.mjs';
import { explain } from './preparation-error.mjs';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-prepare-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('node version', () => {
  it.each(['v20.19.0', 'v20.20.2', 'v22.0.0', 'v24.1.0'])('accepts %s', (version) => {
    expect(nodeVersionComplaint(version)).toBeNull();
  });
  it.each(['v20.18.3', 'v18.20.0', 'v16.0.0'])('refuses %s', (version) => {
    expect(nodeVersionComplaint(version)).toContain(version);
  });
});

describe('fingerprint', () => {
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  };

  it('changes with content, name and facts, not with tests or build output', () => {
    write('src/a.ts', 'one');
    const before = fingerprint(directory, ['src']);
    write('src/a.test.ts', 'tests do not ship');
    write('src/node_modules/x.js', 'nor does this');
    write('src/.next/y.js', 'nor this');
    expect(fingerprint(directory, ['src'])).toBe(before);
    expect(fingerprint(directory, ['src'], ['arm64'])).not.toBe(before);
    write('src/a.ts', 'two');
    const changed = fingerprint(directory, ['src']);
    expect(changed).not.toBe(before);
    write('src/b.ts', '');
    expect(fingerprint(directory, ['src'])).not.toBe(changed);
  });

  it('takes a missing input as empty', () => {
    expect(fingerprint(directory, ['nowhere'])).toBe(fingerprint(directory, []));
  });
});

describe('exclusively', () => {
  it('lets one at a time in, and releases also after a failure', async () => {
    const lock = path.join(directory, 'lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      throw new Error('work failed');
    };
    const runs = [1, 2, 3].map(() => exclusively(lock, work, () => undefined));
    const results = await Promise.allSettled(runs);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(most).toBe(1);
  });

  it('takes over from a process that is gone', async () => {
    const lock = path.join(directory, 'lock');
    writeFileSync(lock, '4194305');
    await expect(
      exclusively(
        lock,
        async () => 'done',
        () => undefined,
      ),
    ).resolves.toBe('done');
  });
});

describe('explain', () => {
  it.each([
    ['npm error code ENOTFOUND', 'registry could not be reached'],
    ['write ENOSPC', 'disk is full'],
    ['npm error code EACCES', 'may not be written'],
  ])('puts %s into words', (output, words) => {
    const error = explain('installing packages', output);
    expect(error.message).toContain(words);
    expect(error.advice).not.toBe('');
  });

  it('shows the last lines of what it does not know', () => {
    expect(explain('building', `first\n${'x\n'.repeat(100)}last`).output.endsWith('last')).toBe(true);
  });
});
