/** SCRAM against the examples of RFC 5802's successor (RFC 7677, section 3), and against brokers that lie. */
import { expect, test } from 'vitest';
import { ScramError, startScram } from './scram.ts';

const nonce = 'rOprNGfwEbeRWgbNEkqO';
const serverNonce = `${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;
const serverFirst = `r=${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const serverFinal = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

test('the exchange of RFC 7677 is reproduced', async () => {
  const exchange = startScram('sha256', 'user', 'pencil', nonce);
  expect(exchange.first).toBe(`n,,n=user,r=${nonce}`);
  const final = await exchange.answer(serverFirst);
  expect(final.message).toBe(`c=biws,r=${serverNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`);
  expect(() => final.verify(serverFinal)).not.toThrow();
});

test('a comma and an equals sign in a name are written as RFC 5802 says', () => {
  expect(startScram('sha512', 'a,b=c', 'x', nonce).first).toBe(`n,,n=a=2Cb=3Dc,r=${nonce}`);
});

test.each([
  ['another nonce', 'r=somebody-elses-nonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'],
  ['our nonce without the broker’s part', `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
  ['no salt', `r=${serverNonce},s=,i=4096`],
  ['too few rounds', `r=${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095`],
  ['a thousand million rounds', `r=${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000000000`],
  ['rounds that are no number', `r=${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=many`],
  ['an extension', `m=future,r=${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
  ['nothing', ''],
])('%s from the broker is refused before anything is computed', async (_, message) => {
  await expect(startScram('sha256', 'user', 'pencil', nonce).answer(message)).rejects.toThrow(ScramError);
});

test.each(['v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=', 'v=', 'e=invalid-proof', ''])(
  'a broker that answers "%s" has not proved itself',
  async (message) => {
    const final = await startScram('sha256', 'user', 'pencil', nonce).answer(serverFirst);
    expect(() => final.verify(message)).toThrow(ScramError);
  },
);
