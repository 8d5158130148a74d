/**
 * Kafka's 16-byte identifiers in their text form: base64url without padding, 22 characters (class Uuid).
 * Inside Aquila an id is always this string; the zero id means "none".
 */
import { ProtocolError } from './protocol-error.ts';

export const UUID_BYTES = 16;
const UUID_CHARACTERS = 22;

/** "No id": sixteen zero bytes. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

export function uuidFromBytes(buffer: Buffer, position = 0): string {
  return buffer.toString('base64url', position, position + UUID_BYTES);
}

/** Writes the id's 16 bytes at `position`; throws ProtocolError('value') if the text is no id. */
export function writeUuid(text: string, target: Buffer, position: number): void {
  if (
    text.length !== UUID_CHARACTERS ||
    target.write(text, position, UUID_BYTES, 'base64url') !== UUID_BYTES
  ) {
    throw new ProtocolError('value', `"${text.slice(0, 40)}" is no id of 22 base64url characters`);
  }
}

/** Turns 16 random bytes into an id that Kafka accepts: never zero, never starting with '-' (tools would read an option). */
export function uuidFromRandom(randomBytes: () => Buffer): string {
  for (;;) {
    const text = uuidFromBytes(randomBytes());
    if (text !== ZERO_UUID && !text.startsWith('-')) return text;
  }
}
