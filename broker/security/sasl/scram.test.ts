/** SCRAM's broker side against the example of RFC 7677 (section 3), our client's side, and clients that lie. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startScram } from '../../../kafka-client/sasl/scram.ts';
import { SaslFailure } from './exchange.ts';
import { credentialFrom, ScramServerExchange, type ScramMechanism } from './scram.ts';

const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

function credential(mechanism: ScramMechanism, password: string, iterations = 4_096) {
  const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
  const salted = pbkdf2Sync(password, SALT, iterations, hash === 'sha256' ? 32 : 64, hash);
  return credentialFrom(mechanism, salted, SALT, iterations);
}

function exchange(mechanism: ScramMechanism = 'SCRAM-SHA-256', nonce = '-and-ours') {
  const users = new Map([
    ['user', credential(mechanism, 'pencil')],
    ['a,b=c', credential(mechanism, 'päss')],
  ]);
  const credentialOf = (name: string) => users.get(name);
  const decoySecret = Buffer.alloc(32, 7);
  const server = new ScramServerExchange({ mechanism, credentialOf, nonce, decoySecret });
  return (text: string) => server.answer(Buffer.from(text, 'utf8'));
}

const texts = ({ token, name }: { token: Buffer; name: string | null }) => [token.toString('utf8'), name];

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return 'nothing was refused';
}

describe('SCRAM', () => {
  it('answers as in the example of RFC 7677', () => {
    const answer = exchange('SCRAM-SHA-256', '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0');
    const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    expect(texts(answer('n,,n=user,r=rOprNGfwEbeRWgbNEkqO'))).toEqual([
      `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
      null,
    ]);
    expect(texts(answer(`c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`))).toEqual([
      'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
      'user',
    ]);
  });

  it.each([
    ['SCRAM-SHA-256', 'sha256', 'user', 'pencil'],
    ['SCRAM-SHA-512', 'sha512', 'user', 'pencil'],
    ['SCRAM-SHA-512', 'sha512', 'a,b=c', 'päss'],
  ] as const)('%s: both sides prove themselves (%s, %s)', async (mechanism, hash, name, password) => {
    const answer = exchange(mechanism);
    const client = startScram(hash, name, password, 'theirs');
    const final = await client.answer(answer(client.first).token.toString('utf8'));
    const last = answer(final.message);
    expect(last.name).toBe(name);
    expect(() => final.verify(last.token.toString('utf8'))).not.toThrow();
  });

  it.each([
    ['a wrong password', 'user', 'pencils'],
    ['a name that nobody has', 'nobody', 'pencil'],
  ])('%s is refused at the end, and not before', async (_what, name, password) => {
    const answer = exchange();
    const client = startScram('sha256', name, password, 'theirs');
    const final = await client.answer(answer(client.first).token.toString('utf8'));
    expect(() => answer(final.message)).toThrow(SaslFailure);
  });

  it("takes a last message whose nonce has the client's part twice, as librdkafka sends it", () => {
    const answer = exchange();
    const first = 'n=user,r=theirs';
    const serverFirst = answer(`n,,${first}`).token.toString('utf8');
    const withoutProof = 'c=biws,r=theirstheirs-and-ours';
    const salted = pbkdf2Sync('pencil', SALT, 4_096, 32, 'sha256');
    const clientKey = createHmac('sha256', salted).update('Client Key').digest();
    const storedKey = createHash('sha256').update(clientKey).digest();
    const signed = `${first},${serverFirst},${withoutProof}`;
    const signature = createHmac('sha256', storedKey).update(signed).digest();
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    expect(answer(`${withoutProof},p=${proof.toString('base64')}`).name).toBe('user');
  });

  it('asks a name that nobody has for its proof with the same salt each time, another one for another name', () => {
    const [first, again, other] = ['nobody', 'nobody', 'noone'].map(
      (name) => /s=([^,]+)/.exec(exchange()(`n,,n=${name},r=x`).token.toString('utf8'))?.[1],
    );
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(Buffer.from(first ?? '', 'base64')).toHaveLength(20);
  });

  it.each([
    ['channel binding', 'p=tls-unique,,n=user,r=x'],
    ['an extension that must be understood', 'n,,m=x,n=user,r=x'],
    ['to act as somebody else', 'n,a=admin,n=user,r=x'],
    ['with a name that is not escaped', 'n,,n=a=b,r=x'],
    ['without a name', 'n,,n=,r=x'],
    ['without a nonce', 'n,,n=user,r='],
    ['in another language', 'GET / HTTP/1.1'],
    ['with nothing', ''],
    ['at great length', `n,,n=${'x'.repeat(5_000)},r=x`],
  ])('refuses to begin %s', (_what, first) => {
    expect(() => exchange()(first)).toThrow(SaslFailure);
  });

  it.each([
    ['another nonce', 'not of this exchange', (text: string) => text.replace('r=theirs', 'r=others')],
    ['a part of the nonce', 'not of this exchange', (text: string) => text.replace('-and-ours', '')],
    ['another header', 'not of this exchange', (text: string) => text.replace('c=biws', 'c=eSws')],
    ['a proof cut short', 'invalid credentials', (text: string) => text.replace(/p=.*/, 'p=AAAA')],
    ['a proof that is longer', 'invalid credentials', (text: string) => `${text.slice(0, -1)}AAAA`],
    ['no proof', 'Invalid SCRAM', (text: string) => text.replace(/,p=.*/, '')],
  ])('refuses %s in the last message: %s', async (_what, reason, distort) => {
    const answer = exchange();
    const client = startScram('sha256', 'user', 'pencil', 'theirs');
    const final = await client.answer(answer(client.first).token.toString('utf8'));
    const refused = (): unknown => answer(distort(final.message));
    expect(reasonOf(refused)).toMatch(new RegExp(`^SaslFailure: .*${reason}`));
  });
});
