/**
 * SCRAM (RFC 5802, RFC 7677) from the client's side: proves that we know the password without sending it, and that the
 * broker knows it, too. Pure but for the key derivation, which runs off the main loop.
 *
 * What the broker asks for is bounded: too few rounds would make a stolen proof cheap to guess, too many would let a
 * hostile broker burn our processor. Limits are Kafka's own minimum and a million rounds.
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export type ScramHash = 'sha256' | 'sha512';

/** ScramMechanism.minIterations of Kafka, for both hashes. */
export const SCRAM_ITERATIONS_MIN = 4_096;
export const SCRAM_ITERATIONS_MAX = 1 << 20;
const SALT_BYTES_MAX = 1_024;
const MESSAGE_BYTES_MAX = 16_384;
/** No channel binding, no other identity; and the same in base64, as the last message repeats it. */
const GS2_HEADER = 'n,,';
const CHANNEL_BINDING = 'biws';

export class ScramError extends Error {
  override readonly name = 'ScramError';
}

export interface ScramFinal {
  readonly message: string;
  /** Throws ScramError unless the broker's last message proves that it knows the password. */
  readonly verify: (serverFinal: string) => void;
}

export interface ScramExchange {
  readonly first: string;
  /** Throws ScramError for a message that is none, or that asks for what we do not do. */
  readonly answer: (serverFirst: string) => Promise<ScramFinal>;
}

const derive = promisify(pbkdf2);

export function startScram(
  hash: ScramHash,
  username: string,
  password: string,
  clientNonce: string,
): ScramExchange {
  const name = username.replace(/=/g, '=3D').replace(/,/g, '=2C');
  const firstBare = `n=${name},r=${clientNonce}`;
  return {
    first: GS2_HEADER + firstBare,
    answer: async (serverFirst) => {
      const { nonce, salt, iterations } = readServerFirst(serverFirst, clientNonce);
      const lengthBytes = hash === 'sha256' ? 32 : 64;
      const salted = await derive(password, salt, iterations, lengthBytes, hash);
      const clientKey = hmac(hash, salted, 'Client Key');
      const withoutProof = `c=${CHANNEL_BINDING},r=${nonce}`;
      const signed = `${firstBare},${serverFirst},${withoutProof}`;
      const signature = hmac(hash, createHash(hash).update(clientKey).digest(), signed);
      const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
      const expected = hmac(hash, hmac(hash, salted, 'Server Key'), signed);
      return {
        message: `${withoutProof},p=${proof.toString('base64')}`,
        verify: (serverFinal) => verifyServer(serverFinal, expected),
      };
    },
  };
}

function hmac(hash: ScramHash, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text, 'utf8').digest();
}

function attributesOf(message: string): Map<string, string> {
  if (message.length > MESSAGE_BYTES_MAX) throw new ScramError('the broker sent a message that is too long');
  const attributes = new Map<string, string>();
  for (const part of message.split(',')) {
    if (/^[a-zA-Z]=/.test(part)) attributes.set(part.slice(0, 1), part.slice(2));
  }
  return attributes;
}

function readServerFirst(
  message: string,
  clientNonce: string,
): { nonce: string; salt: Buffer; iterations: number } {
  const attributes = attributesOf(message);
  // "m" would be an extension that has to be understood (RFC 5802, 5.1).
  if (attributes.has('m'))
    throw new ScramError('the broker asks for an extension of SCRAM that is not known');
  const nonce = attributes.get('r') ?? '';
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length)
    throw new ScramError('the broker did not take over our nonce');
  const salt = Buffer.from(attributes.get('s') ?? '', 'base64');
  if (salt.length === 0 || salt.length > SALT_BYTES_MAX)
    throw new ScramError('the broker sent no usable salt');
  const iterations = Number(attributes.get('i'));
  if (
    !Number.isInteger(iterations) ||
    iterations < SCRAM_ITERATIONS_MIN ||
    iterations > SCRAM_ITERATIONS_MAX
  ) {
    throw new ScramError(
      `the broker asks for a number of iterations outside ${SCRAM_ITERATIONS_MIN} to ${SCRAM_ITERATIONS_MAX}`,
    );
  }
  return { nonce, salt, iterations };
}

function verifyServer(message: string, expected: Buffer): void {
  const attributes = attributesOf(message);
  if (attributes.has('e')) throw new ScramError('the broker refused user name or password');
  const signature = Buffer.from(attributes.get('v') ?? '', 'base64');
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw new ScramError('the broker could not prove that it knows the password');
}
