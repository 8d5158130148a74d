/**
 * A connection to a listener with SASL: what it may send before it has proved who it is, how it proves it, and for how long that
 * holds (KIP-43, KIP-152, KIP-368; Kafka's SaslServerAuthenticator).
 *
 * | state          | ApiVersions | SaslHandshake                       | SaslAuthenticate or a bare token      | anything else |
 * | -------------- | ----------- | ----------------------------------- | ------------------------------------- | ------------- |
 * | unknown        | served      | names a mechanism -> proving        | closes                                | closes        |
 * | proving        | closes      | closes                              | a step; with a name -> known          | closes        |
 * | known          | served      | -> proving again, where that is due | answered as ILLEGAL_SASL_STATE        | served        |
 * | proving again  | closes      | closes                              | a step; the same name -> known again  | closes        |
 *
 * After SaslHandshake 0 tokens come bare, each a frame of its own. Who fails is told so, a moment later, and the connection
 * ends. Pure: time, chance and who has which password come from outside.
 */
import { ApiKey } from '../../../protocol/api-keys.ts';
import { ErrorCode } from '../../../protocol/errors.ts';
import { saslHandshakeRequest, saslHandshakeResponse } from '../../../protocol/messages/17-sasl-handshake.ts';
import {
  saslAuthenticateRequest,
  saslAuthenticateResponse,
} from '../../../protocol/messages/36-sasl-authenticate.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import {
  decodeRequestHeader,
  encodeResponseFrame,
  FRAME_SIZE_BYTES,
} from '../../../protocol/wire/framing.ts';
import { MAX_REQUEST_ELEMENTS } from '../../../protocol/wire/limits.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { RefusedRequest } from '../../apis/api-handler.ts';
import type { SaslMechanism, SaslSettings } from '../../config/listener-security.ts';
import { type Answer, Farewell } from '../../server/connection.ts';
import { type FrameBounds, REQUEST_MIN_BYTES } from '../../server/frame-reader.ts';
import { type SaslExchange, SaslFailure } from './exchange.ts';

/** Kafka begins to prove again at most once a second. */
const AGAIN_AFTER_MS = 1_000;
const HIGHEST_HANDSHAKE = 1;
const HIGHEST_AUTHENTICATE = 2;

export interface SaslSessionOptions {
  readonly settings: SaslSettings;
  /** May wait until it is known which users there are. */
  readonly begin: (mechanism: SaslMechanism) => SaslExchange | Promise<SaslExchange>;
  /** Serves a request of `principal`, which is null where nobody has to be known. */
  readonly serve: (frame: Buffer, principal: string | null) => Answer | Promise<Answer>;
  /** Told once, when it is known who sends. */
  readonly onKnown?: () => void;
  readonly maxFrameBytes: number;
  readonly nowMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

interface Known {
  readonly name: string;
  readonly mechanism: SaslMechanism;
  readonly sinceMs: number;
}

interface Proving {
  readonly mechanism: SaslMechanism;
  readonly exchange: SaslExchange;
  /** Tokens come without a header. */
  readonly areBare: boolean;
  /** Who must be meant, when it is known already. */
  readonly before: Known | null;
}

export class SaslSession {
  readonly #options: SaslSessionOptions;
  readonly #before: FrameBounds;
  readonly #bare: FrameBounds;
  readonly #after: FrameBounds;
  #known: Known | null = null;
  #proving: Proving | null = null;
  #beganAgainMs = -Infinity;

  constructor(options: SaslSessionOptions) {
    this.#options = options;
    const { maxFrameBytes, settings } = options;
    const maxBytes = Math.min(settings.maxRequestBytes, maxFrameBytes);
    this.#before = { minBytes: REQUEST_MIN_BYTES, maxBytes };
    this.#bare = { minBytes: 0, maxBytes };
    this.#after = { minBytes: REQUEST_MIN_BYTES, maxBytes: maxFrameBytes };
  }

  /** Who is not known may not make the broker hold much. */
  get frameBounds(): FrameBounds {
    if (this.#proving?.areBare === true) return this.#bare;
    return this.#known === null ? this.#before : this.#after;
  }

  /** Requests may be served before the one ahead of them is answered. */
  get mayOverlap(): boolean {
    return this.#known !== null && this.#proving === null;
  }

  serve(frame: Buffer): Answer | Promise<Answer> {
    if (this.#proving !== null) return this.#step(frame, this.#proving);
    const apiKey = frame.readInt16BE(0);
    if (apiKey === ApiKey.SaslHandshake && this.#mayProve()) return this.#handshake(frame);
    const principal = this.#known === null ? null : `User:${this.#known.name}`;
    if (apiKey === ApiKey.ApiVersions) return this.#options.serve(frame, principal);
    if (this.#known === null)
      throw new RefusedRequest(`API key ${String(apiKey)} was sent before it was known who sends`);
    if (this.#lifetimeLeftMs(this.#known) < 0)
      throw new RefusedRequest(`${this.#known.name} was to prove again who it is, and did not`);
    return this.#options.serve(frame, principal);
  }

  /** Nobody is known, or who is has to say so again now and then, and has not just begun to. */
  #mayProve(): boolean {
    if (this.#known === null) return true;
    const { settings, nowMs } = this.#options;
    if (settings.maxReauthMs === 0 || nowMs() - this.#beganAgainMs < AGAIN_AFTER_MS) return false;
    this.#beganAgainMs = nowMs();
    return true;
  }

  #lifetimeLeftMs({ sinceMs }: Known): number {
    const { settings, nowMs } = this.#options;
    return settings.maxReauthMs === 0 ? Infinity : sinceMs + settings.maxReauthMs - nowMs();
  }

  #handshake(frame: Buffer): Promise<Answer> {
    const version = frame.readInt16BE(2);
    if (version < 0 || version > HIGHEST_HANDSHAKE)
      throw new RefusedRequest(`version ${String(version)} of SaslHandshake is not served`);
    const { correlationId, bodyPosition } = decodeRequestHeader(frame);
    const { settings } = this.#options;
    const wanted = readMessage(
      saslHandshakeRequest,
      version,
      new Reader(frame, bodyPosition, MAX_REQUEST_ELEMENTS),
    ).mechanism;
    const mechanism = settings.mechanisms.find((name) => name === wanted);
    const answer = (errorCode: number): Answer =>
      encodeResponseFrame(saslHandshakeResponse, version, correlationId, {
        ...{ errorCode, mechanisms: settings.mechanisms },
      });
    if (mechanism === undefined)
      return this.#fail(
        'it asked for a mechanism of SASL that is not offered',
        answer(ErrorCode.UNSUPPORTED_SASL_MECHANISM),
      );
    const before = this.#known;
    if (before !== null && before.mechanism !== mechanism)
      return this.#fail(
        `${before.name} wanted to prove again who it is by another mechanism`,
        answer(ErrorCode.ILLEGAL_SASL_STATE),
      );
    return this.#begin(mechanism, version === 0, before).then(() => answer(0));
  }

  async #begin(mechanism: SaslMechanism, areBare: boolean, before: Known | null): Promise<void> {
    const exchange = await this.#options.begin(mechanism);
    this.#proving = { mechanism, exchange, areBare, before };
  }

  #step(frame: Buffer, proving: Proving): Answer | Promise<Answer> {
    if (proving.areBare) {
      const token = this.#answerTo(frame, proving);
      // Kafka closes without a word here: a bare token has no place for an error.
      return token instanceof SaslFailure ? this.#fail(token.message, null) : bareFrame(token);
    }
    if (frame.readInt16BE(0) !== (ApiKey.SaslAuthenticate as number))
      throw new RefusedRequest('another request was sent in the middle of proving who sends');
    const version = frame.readInt16BE(2);
    if (version < 0 || version > HIGHEST_AUTHENTICATE)
      throw new RefusedRequest(`version ${String(version)} of SaslAuthenticate is not served`);
    const { correlationId, bodyPosition } = decodeRequestHeader(frame);
    const reader = new Reader(frame, bodyPosition, MAX_REQUEST_ELEMENTS);
    const { authBytes } = readMessage(saslAuthenticateRequest, version, reader);
    const token = this.#answerTo(authBytes, proving);
    if (!(token instanceof SaslFailure)) {
      const lifetimeMs = BigInt(this.#proving === null ? this.#options.settings.maxReauthMs : 0);
      return encodeResponseFrame(saslAuthenticateResponse, version, correlationId, {
        ...{ errorCode: 0, errorMessage: null, authBytes: token, sessionLifetimeMs: lifetimeMs },
      });
    }
    const answer = encodeResponseFrame(saslAuthenticateResponse, version, correlationId, {
      ...{ errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED, errorMessage: token.message },
      ...{ authBytes: Buffer.alloc(0), sessionLifetimeMs: 0n },
    });
    return this.#fail(token.message, answer);
  }

  #answerTo(theirs: Buffer, { mechanism, exchange, before }: Proving): Buffer | SaslFailure {
    try {
      const { token, name } = exchange.answer(theirs);
      if (name === null) return token;
      if (before !== null && before.name !== name)
        return new SaslFailure('Cannot change principals during re-authentication');
      this.#known = { name, mechanism, sinceMs: this.#options.nowMs() };
      if (before === null) this.#options.onKnown?.();
      this.#proving = null;
      return token;
    } catch (error) {
      if (error instanceof SaslFailure) return error;
      throw error;
    }
  }

  /** The wait makes guessing slow; nothing else of this connection is served meanwhile. */
  async #fail(reason: string, answer: Answer): Promise<never> {
    await this.#options.pause(this.#options.settings.failureDelayMs);
    throw new Farewell(reason, answer);
  }
}

function bareFrame(token: Buffer): Answer {
  const size = Buffer.alloc(FRAME_SIZE_BYTES);
  size.writeInt32BE(token.length);
  return [size, token];
}
