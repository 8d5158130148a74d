/**
 * One connection to whoever leads the metadata log, or no connection when that is this very node.
 *
 * Calls of a link are served one after another, so parts whose requests must not wait for each other have a link each.
 * A call goes to the leader that this node knows of; refusals, broken connections and NOT_CONTROLLER send it again after
 * a growing pause, or at once when the leader changes. A connection to a node that no longer leads is given up at once:
 * who hangs would never answer.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import {
  type NodeAddress,
  type NodeApi,
  type NodeConnection,
  TransportError,
  type TransportFault,
} from '../platform/transport.ts';
import {
  type ControllerCallOptions,
  type ControllerChannel,
  ControllerUnreachable,
} from './controller-channel.ts';
import type { LocalController } from './local-controller.ts';

export interface ControllerLinkOptions {
  readonly platform: Pick<Platform, 'clock' | 'timers' | 'transport'>;
  readonly nodeId: number;
  /** How the other side knows this link: `node-1-heartbeats`. */
  readonly clientId: string;
  /** Who leads the metadata log as far as this node knows. */
  readonly leaderId: () => number | null;
  /** Where its controller listener is; null when nobody knows. */
  readonly addressOf: (nodeId: number) => NodeAddress | null;
  readonly local: LocalController;
  /** First pause before the next attempt; it doubles up to MAX_BACKOFF_MS. */
  readonly retryBackoffMs: number;
  readonly connectTimeoutMs: number;
}

const MAX_BACKOFF_MS = 500;
/** The request has not left this node. */
const NOT_SENT: ReadonlySet<TransportFault> = new Set(['refused', 'unreachable']);

/** What to do after an attempt without an answer. */
class NoAnswer extends Error {
  readonly neverSent: boolean;

  constructor(message: string, neverSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.neverSent = neverSent;
  }
}

interface Peer {
  readonly nodeId: number;
  /** Rejects with TransportError. */
  readonly connection: Promise<NodeConnection>;
}

export class ControllerLink implements ControllerChannel {
  readonly #options: ControllerLinkOptions;
  #peer: Peer | null = null;
  #wakers = new Set<() => void>();
  #isClosed = false;

  constructor(options: ControllerLinkOptions) {
    this.#options = options;
  }

  async call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    options: ControllerCallOptions<Res>,
  ): Promise<Decoded<Res>> {
    const endMs = this.#nowMs() + options.timeoutMs;
    let neverSent = true;
    let backoffMs = this.#options.retryBackoffMs;
    for (;;) {
      const leftMs = endMs - this.#nowMs();
      try {
        const response = await this.#attempt(api, version, body, Math.max(1, leftMs));
        if (options.errorOf?.(response) !== ErrorCode.NOT_CONTROLLER) return response;
        throw new NoAnswer('it is no longer the controller', false);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        neverSent &&= error.neverSent;
        const restMs = endMs - this.#nowMs();
        if (restMs <= 0 || this.#isClosed) {
          const text = `No controller answered ${api.request.name} within ${String(options.timeoutMs)} ms: ${error.message}.`;
          throw new ControllerUnreachable(text, neverSent, error.cause);
        }
        const isNews = await this.#pause(Math.min(backoffMs, restMs));
        // A leader that has just been elected may need a moment before it is active.
        backoffMs = isNews ? this.#options.retryBackoffMs : Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
  }

  /** Calls that wait try again at once; those at a node that is no longer asked are given up there. */
  leaderChanged(): void {
    const leaderId = this.#options.leaderId();
    if (leaderId !== null && this.#peer?.nodeId !== leaderId) this.#disconnect();
    this.#wake();
  }

  /** Calls under way end with ControllerUnreachable. */
  close(): void {
    this.#isClosed = true;
    this.#disconnect();
    this.#wake();
  }

  async #attempt<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    timeoutMs: number,
  ): Promise<Decoded<Res>> {
    if (this.#isClosed) throw new NoAnswer('this node stops', true);
    const { local, leaderId, nodeId } = this.#options;
    if (local.isActive()) return this.#inTime(local.call(api, version, body), timeoutMs);
    const leader = leaderId();
    if (leader === null) throw new NoAnswer('nobody leads the metadata log', true);
    if (leader === nodeId) throw new NoAnswer('this node has only just been elected', true);
    const peer = this.#peerFor(leader, timeoutMs);
    let isSent = false;
    try {
      const connection = await peer.connection;
      isSent = true;
      return await connection.call(api, version, body, timeoutMs);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      // The next attempt connects anew, unless another call did so already.
      if (this.#peer === peer) this.#disconnect();
      const neverSent = !isSent || NOT_SENT.has(error.fault);
      throw new NoAnswer(`controller ${String(leader)}: ${error.message}`, neverSent, error);
    }
  }

  #peerFor(leader: number, timeoutMs: number): Peer {
    if (this.#peer?.nodeId === leader) return this.#peer;
    this.#disconnect();
    const peer: Peer = { nodeId: leader, connection: this.#connect(leader, timeoutMs) };
    this.#peer = peer;
    const forget = (): void => {
      if (this.#peer === peer) this.#peer = null;
    };
    peer.connection.then((connection) => void connection.ended.then(forget), forget);
    return peer;
  }

  #connect(leader: number, timeoutMs: number): Promise<NodeConnection> {
    const { platform, addressOf, clientId, connectTimeoutMs } = this.#options;
    const address = addressOf(leader);
    if (address !== null)
      return platform.transport.connect(address, {
        to: 'controller',
        clientId,
        timeoutMs: Math.min(connectTimeoutMs, timeoutMs),
      });
    const text = `nobody knows the address of node ${String(leader)}`;
    return Promise.reject(new TransportError('unreachable', text));
  }

  #disconnect(): void {
    const peer = this.#peer;
    this.#peer = null;
    peer?.connection.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  #inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.platform.timers.after(timeoutMs, () =>
        reject(new NoAnswer('this node could not commit it', false)),
      );
      answer.then(resolve, reject).finally(cancel);
    });
  }

  /** Resolves with true when the leader has changed meanwhile. */
  #pause(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isNews: boolean): void => {
        cancel();
        this.#wakers.delete(wake);
        resolve(isNews);
      };
      const wake = (): void => end(true);
      const cancel: CancelTimer = this.#options.platform.timers.after(delayMs, () => end(false));
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  #nowMs(): number {
    return this.#options.platform.clock.monotonicMs();
  }
}
