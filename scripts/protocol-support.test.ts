import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { protocolSupportPath, protocolSupportText } from './protocol-support.ts';

it('docs/protocol-support.md says what the table says (else run: npx tsx scripts/protocol-support.ts)', () => {
  expect(readFileSync(protocolSupportPath, 'utf8')).toBe(protocolSupportText());
});
