/** Real errors of Node: of net, of http with a name of two addresses, of fetch, of a name that nobody has. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectionWords } from './connection-words.ts';

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const lookup: LookupFunction = (_name, { all }, done) => {
  const family = 4;
  const found = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family }));
  if (all === true) done(null, found);
  else done(null, '127.0.0.1', family);
};

const failureOf = (options: { host: string; port: number; lookup?: LookupFunction }): Promise<unknown> =>
  new Promise((resolve) => connect(options).once('error', resolve));

describe('why there was no connection', () => {
  it('names who does not listen', async () => {
    const port = await closedPort();
    expect(connectionWords(await failureOf({ host: '127.0.0.1', port }))).toBe(
      `nobody listens at 127.0.0.1:${String(port)} (ECONNREFUSED)`,
    );
  });

  it('names the first of several addresses, of which Node’s error says nothing', async () => {
    const port = await closedPort();
    const error = await failureOf({ host: 'two.example', port, lookup });
    expect(error).toMatchObject({ name: 'AggregateError', message: '' });
    expect(connectionWords(error)).toBe(`nobody listens at 127.0.0.1:${String(port)} (ECONNREFUSED)`);
  });

  it('finds what fetch keeps as a cause', async () => {
    const port = await closedPort();
    const error: unknown = await fetch(`http://127.0.0.1:${String(port)}/`).catch((each: unknown) => each);
    expect(error).toMatchObject({ message: 'fetch failed' });
    expect(connectionWords(error)).toBe(`nobody listens at 127.0.0.1:${String(port)} (ECONNREFUSED)`);
  });

  it.each([
    ['getaddrinfo ENOTFOUND mail.example', 'there is no host named mail.example (ENOTFOUND)'],
    ['getaddrinfo EAI_AGAIN mail.example', 'no name server answers for mail.example (EAI_AGAIN)'],
    ['connect ETIMEDOUT 10.0.0.1:25', '10.0.0.1:25 cannot be reached (ETIMEDOUT)'],
    ['connect ENETUNREACH 10.0.0.1:25 - Local (0.0.0.0:0)', '10.0.0.1:25 cannot be reached (ENETUNREACH)'],
    ['535 5.7.8 Authentication failed', '535 5.7.8 Authentication failed'],
  ])('of "%s" says "%s"', (message, words) => {
    expect(connectionWords(new Error(message))).toBe(words);
  });

  it('has words for an error without any', () => {
    expect(connectionWords(Object.assign(new Error(''), { code: 'EPIPE' }))).toBe('EPIPE');
    expect(connectionWords(new AggregateError([], ''))).toBe('AggregateError');
    expect(connectionWords('gone')).toBe('gone');
  });
});
