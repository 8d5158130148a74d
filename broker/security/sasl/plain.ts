/**
 * PLAIN (RFC 4616) from the broker's side: `authorization id, NUL, name, NUL, password` in one token. Who asks to act as
 * somebody else is refused, as by Kafka's PlainSaslServer, whose words these are.
 *
 * Names and passwords are compared by their digests, an unknown name's against one that nobody has, so that the time it takes
 * says nothing of how much was right.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type SaslExchange, SaslFailure, type SaslStep } from './exchange.ts';

const NUL = '\0';
const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
const NOBODYS = randomBytes(32);

export class PlainExchange implements SaslExchange {
  readonly #passwordOf: (name: string) => string | undefined;

  constructor(passwordOf: (name: string) => string | undefined) {
    this.#passwordOf = passwordOf;
  }

  answer(token: Buffer): SaslStep {
    const parts = token.toString('utf8').split(NUL);
    const [authorizationId = '', name = '', password = ''] = parts;
    if (parts.length !== 3)
      throw new SaslFailure(`Invalid SASL/PLAIN response: expected 3 tokens, got ${String(parts.length)}`);
    if (name === '') throw new SaslFailure('Authentication failed: username not specified');
    if (password === '') throw new SaslFailure('Authentication failed: password not specified');
    const expected = this.#passwordOf(name);
    const isRight = timingSafeEqual(digest(password), expected === undefined ? NOBODYS : digest(expected));
    if (!isRight) throw new SaslFailure('Authentication failed: Invalid username or password');
    if (authorizationId !== '' && authorizationId !== name)
      throw new SaslFailure(
        'Authentication failed: Client requested an authorization id that is different from username',
      );
    return { token: Buffer.alloc(0), name };
  }
}
