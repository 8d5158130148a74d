/** What a connection may send before and after it has proved who it is. */
import { describe, expect, it } from 'vitest';
import { apiVersionsRequest } from '../../../protocol/messages/18-api-versions.ts';
import { metadataRequest } from '../../../protocol/messages/03-metadata.ts';
import { saslHandshakeRequest, saslHandshakeResponse } from '../../../protocol/messages/17-sasl-handshake.ts';
import {
  saslAuthenticateRequest,
  saslAuthenticateResponse,
} from '../../../protocol/messages/36-sasl-authenticate.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import type { Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import { encodeRequestFrame, FRAME_SIZE_BYTES, readResponseHeader } from '../../../protocol/wire/framing.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { RefusedRequest } from '../../apis/api-handler.ts';
import type { SaslSettings } from '../../config/listener-security.ts';
import { type Answer, Farewell } from '../../server/connection.ts';
import { PlainExchange } from './plain.ts';
import { SaslSession } from './sasl-session.ts';

const users = new Map([
  ['alice', 'opensesame'],
  ['bob', 'builder'],
]);
const MAX_FRAME_BYTES = 100_000_000;

function frame<S extends MessageSchema>(schema: S, version: number, body: Encodable<S>): Buffer {
  const header = { correlationId: 7, clientId: 'test' };
  return Buffer.concat(encodeRequestFrame(schema, version, header, body)).subarray(FRAME_SIZE_BYTES);
}

const handshake = (mechanism: string, version = 1) => frame(saslHandshakeRequest, version, { mechanism });
const token = (text: string, version = 2) =>
  frame(saslAuthenticateRequest, version, { authBytes: Buffer.from(text) });
const ALICE = '\0alice\0opensesame';
const BOB = '\0bob\0builder';
const metadata = frame(metadataRequest, 4, { topics: null });
const versions = frame(apiVersionsRequest, 0, {});

function decoded<S extends MessageSchema>(schema: S, version: number, answer: Answer) {
  const reader = new Reader(Buffer.concat(answer ?? []).subarray(FRAME_SIZE_BYTES));
  expect(readResponseHeader(reader, schema, version)).toBe(7);
  return readMessage(schema, version, reader);
}

function harness(overrides: Partial<SaslSettings> = {}) {
  const state = { nowMs: 0, pauses: [] as number[], served: [] as (string | null)[] };
  const session = new SaslSession({
    settings: {
      ...{ mechanisms: ['PLAIN', 'SCRAM-SHA-512'], plainUsers: users, maxRequestBytes: 1_000 },
      ...{ maxReauthMs: 0, failureDelayMs: 100, ...overrides },
    },
    begin: () => new PlainExchange((name) => users.get(name)),
    serve: (_frame, principal) => {
      state.served.push(principal);
      return null;
    },
    maxFrameBytes: MAX_FRAME_BYTES,
    nowMs: () => state.nowMs,
    pause: (ms) => {
      state.pauses.push(ms);
      return Promise.resolve();
    },
  });
  const prove = async (text: string) => {
    await session.serve(handshake('PLAIN'));
    return decoded(saslAuthenticateResponse, 2, await session.serve(token(text)));
  };
  const farewell = async (serving: () => unknown) => {
    const error = await Promise.resolve()
      .then(serving)
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    if (!(error instanceof Farewell)) throw new Error(`no farewell: ${String(error)}`);
    return error;
  };
  return { session, state, prove, farewell };
}

describe('before it is known who sends', () => {
  it('ApiVersions is served to nobody in particular, everything else closes', async () => {
    const { session, state } = harness();
    await session.serve(versions);
    expect(state.served).toEqual([null]);
    expect(() => session.serve(metadata)).toThrow(RefusedRequest);
    expect(() => session.serve(token(ALICE))).toThrow(RefusedRequest);
    expect(state.served).toEqual([null]);
  });

  it('frames are small, and none is served beside another', async () => {
    const { session, prove } = harness();
    expect(session.frameBounds.maxBytes).toBe(1_000);
    expect(session.mayOverlap).toBe(false);
    await prove(ALICE);
    expect(session.frameBounds).toEqual({ minBytes: 8, maxBytes: MAX_FRAME_BYTES });
    expect(session.mayOverlap).toBe(true);
  });

  it('nothing but the next token is taken once a mechanism is agreed on', async () => {
    for (const other of [versions, metadata, handshake('PLAIN')]) {
      const { session, state } = harness();
      await session.serve(handshake('PLAIN'));
      expect(() => session.serve(other)).toThrow(RefusedRequest);
      expect(state.served).toEqual([]);
    }
  });

  it('a mechanism that is not offered is answered with those that are, and ends the connection', async () => {
    const { session, farewell, state } = harness();
    const { answer } = await farewell(() => session.serve(handshake('SCRAM-SHA-256')));
    expect(decoded(saslHandshakeResponse, 1, answer)).toMatchObject({
      ...{ errorCode: 33, mechanisms: ['PLAIN', 'SCRAM-SHA-512'] },
    });
    expect(state.pauses).toEqual([100]);
  });

  it('a wrong password is answered after a pause, and ends the connection', async () => {
    const { session, farewell, state } = harness();
    await session.serve(handshake('PLAIN'));
    const { answer, message } = await farewell(() => session.serve(token('\0alice\0close-sesame')));
    const { errorCode, errorMessage } = decoded(saslAuthenticateResponse, 2, answer);
    expect([errorCode, errorMessage]).toEqual([58, 'Authentication failed: Invalid username or password']);
    expect(message).not.toContain('sesame');
    expect(state.pauses).toEqual([100]);
    expect(state.served).toEqual([]);
  });

  it('versions that are not there close', async () => {
    expect(() => harness().session.serve(handshake('PLAIN', 1).fill(2, 3, 4))).toThrow(RefusedRequest);
    const { session } = harness();
    await session.serve(handshake('PLAIN'));
    expect(() => session.serve(token(ALICE).fill(3, 3, 4))).toThrow(RefusedRequest);
  });
});

describe('once it is known', () => {
  it('requests are served to that name', async () => {
    const { session, state, prove } = harness();
    expect(await prove(ALICE)).toMatchObject({ errorCode: 0, sessionLifetimeMs: 0n });
    await session.serve(metadata);
    await session.serve(versions);
    expect(state.served).toEqual(['User:alice', 'User:alice']);
  });

  it('tokens come bare after version 0 of the handshake, also short ones, and a wrong one ends without a word', async () => {
    const { session, state, farewell } = harness();
    await session.serve(handshake('PLAIN', 0));
    expect(session.frameBounds.minBytes).toBe(0);
    expect(Buffer.concat((await session.serve(Buffer.from(ALICE))) ?? [])).toEqual(Buffer.alloc(4));
    await session.serve(metadata);
    expect(state.served).toEqual(['User:alice']);
    const other = harness();
    await other.session.serve(handshake('PLAIN', 0));
    expect((await farewell(() => other.session.serve(Buffer.from('x')))).answer).toBeNull();
  });

  it('it is not asked again where nothing says so: the request is served like any other', async () => {
    const { session, state, prove } = harness();
    await prove(ALICE);
    state.nowMs = 1e9;
    await session.serve(handshake('PLAIN'));
    await session.serve(metadata);
    expect(state.served).toEqual(['User:alice', 'User:alice']);
  });
});

describe('where it has to be proved again', () => {
  const again = { maxReauthMs: 60_000 };

  it('who does so goes on, for as long again', async () => {
    const { session, state, prove } = harness(again);
    expect((await prove(ALICE)).sessionLifetimeMs).toBe(60_000n);
    state.nowMs = 50_000;
    expect(await prove(ALICE)).toMatchObject({ errorCode: 0, sessionLifetimeMs: 60_000n });
    state.nowMs = 110_000;
    await session.serve(metadata);
    expect(state.served).toEqual(['User:alice']);
  });

  it('who does not is not served any more, but may still do so', async () => {
    const { session, state, prove } = harness(again);
    await prove(ALICE);
    state.nowMs = 60_001;
    expect(() => session.serve(metadata)).toThrow(RefusedRequest);
    expect(await prove(ALICE)).toMatchObject({ errorCode: 0 });
    await session.serve(metadata);
    expect(state.served).toEqual(['User:alice']);
  });

  it('nobody becomes somebody else', async () => {
    const { session, state, prove, farewell } = harness(again);
    await prove(ALICE);
    state.nowMs = 2_000;
    await session.serve(handshake('PLAIN'));
    const { answer } = await farewell(() => session.serve(token(BOB)));
    const { errorMessage } = decoded(saslAuthenticateResponse, 2, answer);
    expect(errorMessage).toBe('Cannot change principals during re-authentication');
  });

  it('nobody changes the mechanism', async () => {
    const { session, state, prove, farewell } = harness(again);
    await prove(ALICE);
    state.nowMs = 2_000;
    const { answer } = await farewell(() => session.serve(handshake('SCRAM-SHA-512')));
    expect(decoded(saslHandshakeResponse, 1, answer).errorCode).toBe(34);
  });

  it('not more than once a second', async () => {
    const { session, state, prove } = harness(again);
    await prove(ALICE);
    await prove(ALICE);
    state.nowMs = 999;
    await session.serve(handshake('PLAIN'));
    expect(state.served).toEqual(['User:alice']);
    state.nowMs = 1_000;
    expect(await prove(ALICE)).toMatchObject({ errorCode: 0 });
    expect(state.served).toEqual(['User:alice']);
  });
});
