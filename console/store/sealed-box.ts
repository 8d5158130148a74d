/**
 * Seals secrets that have to be read back (a mail server's password) with AES-256-GCM under a key that lives outside
 * the database. A sealed text is `v1.` and base64url of 12 bytes nonce, 16 bytes tag and the ciphertext; `purpose` is
 * bound to it, so a sealed text cannot be moved to another column.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;
const prefix = 'v1.';

/** `key` has 32 bytes. */
export function seal(key: Buffer, purpose: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return prefix + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** Null when it was sealed with another key, for another purpose, or changed since. */
export function unseal(key: Buffer, purpose: string, sealed: string): string | null {
  if (!sealed.startsWith(prefix)) return null;
  const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url');
  if (bytes.length < nonceBytes + tagBytes) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    return null; // GCM says no more than that it does not fit.
  }
}
