/**
 * SCRAM (RFC 5802, RFC 7677; Kafka's ScramSaslServer) from the broker's side: the client proves that it knows the password, the
 * broker that it knows what is kept of it. Kept is never the password itself (KIP-84).
 *
 * A name that nobody has is asked for its proof like any other, with a salt that is always the same for it, and refused at the
 * end: who guesses names learns nothing. Pure; chance comes in from outside.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type SaslExchange, SaslFailure, type SaslStep } from './exchange.ts';

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** What is kept of a password (RFC 5802, section 3). */
export interface ScramCredential {
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
  readonly iterations: number;
}

export interface ScramOptions {
  readonly mechanism: ScramMechanism;
  readonly credentialOf: (name: string) => ScramCredential | undefined;
  /** Ours; printable and without a comma. */
  readonly nonce: string;
  /** Makes the salts of names that nobody has; the same for the life of a broker. */
  readonly decoySecret: Buffer;
}

/** Kafka's ScramMechanism: fewer would make a stolen credential cheap to guess, more keep the client busy. */
export const SCRAM_ITERATIONS_MIN = 4_096;
export const SCRAM_ITERATIONS_MAX = 16_384;

const MESSAGE_BYTES_MAX = 4_096;
const DECOY_SALT_BYTES = 20;
const CLIENT_FIRST =
  /^(?<gs2>[ny],(?:a=(?<authzid>[^,]+))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s;
const CLIENT_FINAL =
  /^(?<withoutProof>c=(?<binding>[A-Za-z0-9+/=]+),r=(?<nonce>[\x21-\x2b\x2d-\x7e]+)(?:,.*)?),p=(?<proof>[A-Za-z0-9+/=]+)$/s;

const algorithmOf = (mechanism: ScramMechanism): 'sha256' | 'sha512' =>
  mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';

function hmac(mechanism: ScramMechanism, key: Buffer, text: string): Buffer {
  return createHmac(algorithmOf(mechanism), key).update(text, 'utf8').digest();
}

/** Of a password that was salted and hashed `iterations` times (Hi of RFC 5802), which is how tools send it to brokers. */
export function credentialFrom(
  mechanism: ScramMechanism,
  saltedPassword: Buffer,
  salt: Buffer,
  iterations: number,
): ScramCredential {
  const clientKey = hmac(mechanism, saltedPassword, 'Client Key');
  const storedKey = createHash(algorithmOf(mechanism)).update(clientKey).digest();
  return { salt, storedKey, serverKey: hmac(mechanism, saltedPassword, 'Server Key'), iterations };
}

/** A comma and an equals sign are written as =2C and =3D, any other use of the latter is an error (RFC 5802, section 5.1). */
function unescapedName(text: string): string {
  if (/=(?!2C|3D)/.test(text))
    throw new SaslFailure('Invalid username: an equals sign that is not =2C or =3D');
  return text.replace(/=2C/g, ',').replace(/=3D/g, '=');
}

interface Begun {
  readonly name: string;
  readonly credential: ScramCredential;
  readonly isKnown: boolean;
  readonly gs2: string;
  readonly nonce: string;
  /** Both first messages, as they are signed. */
  readonly signedSoFar: string;
}

export class ScramServerExchange implements SaslExchange {
  readonly #options: ScramOptions;
  #begun: Begun | null = null;

  constructor(options: ScramOptions) {
    this.#options = options;
  }

  answer(token: Buffer): SaslStep {
    if (token.length > MESSAGE_BYTES_MAX) throw new SaslFailure('Invalid SCRAM message: too long');
    const message = token.toString('utf8');
    return this.#begun === null ? this.#first(message) : this.#final(message, this.#begun);
  }

  #first(message: string): SaslStep {
    const groups = CLIENT_FIRST.exec(message)?.groups;
    // Channel binding (p=) is not offered, and an extension that must be understood (m=) is none of ours.
    if (groups === undefined) throw new SaslFailure('Invalid SCRAM client first message');
    const { gs2 = '', authzid, bare = '', name: escaped = '', nonce: theirs = '' } = groups;
    const name = unescapedName(escaped);
    if (authzid !== undefined && unescapedName(authzid) !== name)
      throw new SaslFailure(
        'Authentication failed: Client requested an authorization id that is different from username',
      );
    const known = this.#options.credentialOf(name);
    const credential = known ?? this.#decoy(name);
    const nonce = theirs + this.#options.nonce;
    const { salt, iterations } = credential;
    const answer = `r=${nonce},s=${salt.toString('base64')},i=${String(iterations)}`;
    const signedSoFar = `${bare},${answer}`;
    this.#begun = { name, credential, isKnown: known !== undefined, gs2, nonce, signedSoFar };
    return { token: Buffer.from(answer, 'utf8'), name: null };
  }

  #final(message: string, begun: Begun): SaslStep {
    const groups = CLIENT_FINAL.exec(message)?.groups;
    if (groups === undefined) throw new SaslFailure('Invalid SCRAM client final message');
    const { withoutProof = '', binding = '', nonce = '', proof = '' } = groups;
    // It only has to end in it, as with Kafka: librdkafka (2.0) puts its own part before it once more.
    if (Buffer.from(binding, 'base64').toString('utf8') !== begun.gs2 || !nonce.endsWith(begun.nonce))
      throw new SaslFailure('Invalid SCRAM client final message: not of this exchange');
    const { mechanism } = this.#options;
    const { storedKey, serverKey } = begun.credential;
    const signed = `${begun.signedSoFar},${withoutProof}`;
    const signature = hmac(mechanism, storedKey, signed);
    const given = Buffer.from(proof, 'base64');
    const clientKey = Buffer.from(signature.map((byte, index) => byte ^ (given[index] ?? 0)));
    const theirs = createHash(algorithmOf(mechanism)).update(clientKey).digest();
    const isRight = given.length === signature.length && timingSafeEqual(theirs, storedKey);
    if (!isRight || !begun.isKnown)
      throw new SaslFailure(
        `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`,
      );
    const verifier = hmac(mechanism, serverKey, signed).toString('base64');
    return { token: Buffer.from(`v=${verifier}`, 'utf8'), name: begun.name };
  }

  #decoy(name: string): ScramCredential {
    const { mechanism, decoySecret } = this.#options;
    const salt = hmac(mechanism, decoySecret, name).subarray(0, DECOY_SALT_BYTES);
    const nobodys = hmac(mechanism, decoySecret, `key of ${name}`);
    return { salt, storedKey: nobodys, serverKey: nobodys, iterations: SCRAM_ITERATIONS_MIN };
  }
}
