/** Conversations with a group coordinator. `UPDATE_TRANSCRIPTS=1` writes what came out back into testdata/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replayTranscript } from './group-transcript.ts';

const directory = fileURLToPath(new URL('testdata/', import.meta.url));

describe('transcripts', () => {
  it.each(readdirSync(directory))('%s', async (name) => {
    const expected = readFileSync(directory + name, 'utf8');
    const actual = await replayTranscript(expected);
    if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(directory + name, actual);
    else expect(actual).toBe(expected);
  });
});
