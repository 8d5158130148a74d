/**
 * The broker's side of SASL for tests: PLAIN and SCRAM for one user, one exchange at a time. Hooks change single answers, for
 * brokers that lie.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { saslHandshakeRequest, saslHandshakeResponse } from '../../protocol/messages/17-sasl-handshake.ts';
import {
  saslAuthenticateRequest,
  saslAuthenticateResponse,
} from '../../protocol/messages/36-sasl-authenticate.ts';
import { script, type ScriptedApi } from './scripted-broker.ts';

export interface ScriptedUser {
  readonly username: string;
  readonly password: string;
  readonly mechanisms: readonly string[];
  readonly sessionLifetimeMs?: number;
  /** Changes the broker's messages of SCRAM before they are sent. */
  readonly distort?: (message: string) => string;
}

const iterations = 4_096;
const salt = Buffer.from('a salt for tests');

export function scriptedSasl(user: ScriptedUser): ScriptedApi[] {
  let mechanism = '';
  let firstBare = '';
  let serverFirst = '';
  const lifetime = BigInt(user.sessionLifetimeMs ?? 0);
  const good = (text: string) => ({
    authBytes: Buffer.from((user.distort ?? String)(text)),
    sessionLifetimeMs: lifetime,
  });
  const refused = { errorCode: 58, errorMessage: 'Authentication failed' };

  const scramFirst = (token: string) => {
    firstBare = token.slice('n,,'.length);
    const nonce = /r=(.+)$/.exec(firstBare)?.[1] ?? '';
    serverFirst = `r=${nonce}-and-ours,s=${salt.toString('base64')},i=${iterations}`;
    return good(serverFirst);
  };
  const scramFinal = (token: string) => {
    const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
    const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
    const salted = pbkdf2Sync(user.password, salt, iterations, hash === 'sha256' ? 32 : 64, hash);
    const clientKey = hmac(salted, 'Client Key');
    const [withoutProof = '', proof = ''] = token.split(',p=');
    const signed = `${firstBare},${serverFirst},${withoutProof}`;
    const signature = hmac(createHash(hash).update(clientKey).digest(), signed);
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    const known = firstBare.startsWith(`n=${user.username},`);
    if (!known || expected.toString('base64') !== proof) return refused;
    return good(`v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`);
  };

  return [
    script(saslHandshakeRequest, saslHandshakeResponse, (body) => {
      mechanism = body.mechanism;
      const errorCode = user.mechanisms.includes(mechanism) ? 0 : 33;
      return { errorCode, mechanisms: user.mechanisms };
    }),
    script(saslAuthenticateRequest, saslAuthenticateResponse, ({ authBytes }) => {
      const token = authBytes.toString();
      if (mechanism === 'PLAIN') return token === `\0${user.username}\0${user.password}` ? good('') : refused;
      return token.startsWith('n,,') ? scramFirst(token) : scramFinal(token);
    }),
  ];
}
