/** Conversations with a group coordinator, each a file of commands and what came of them; `vitest -u` writes them anew. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replayTranscript } from './group-transcript.ts';

const directory = fileURLToPath(new URL('testdata/', import.meta.url));

describe('transcripts', () => {
  it.each(readdirSync(directory))('%s', async (name) => {
    const path = directory + name;
    await expect(await replayTranscript(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
  });
});
