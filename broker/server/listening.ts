/**
 * How a node takes requests without knowing where they come from: real sockets (socket-listeners.ts) or a network in
 * memory bind what they are told to, and hand every frame to one function.
 *
 * Connections are taken as soon as an address is bound; requests wait at the gate until it is opened, so that nobody is
 * served by a node that is still starting.
 */
import type { Listener } from '../config/listeners.ts';
import type { BrokerEndpoint } from '../controller/image.ts';
import type { ScramCredential, ScramMechanism } from '../security/sasl/scram.ts';
import type { Dispatch } from './dispatcher.ts';
import type { ListenerTraffic } from './listener-traffic.ts';

export interface BoundListeners {
  /** What others are told, with the ports that were really bound; in the order of the listeners. */
  readonly endpoints: readonly BrokerEndpoint[];
  /** The port of the first listener, as bound; -1 without one. */
  readonly port: number;
  /** For metrics, one per listener. */
  readonly traffic: readonly ListenerTraffic[];
  /** Takes no new connections and drops those that are there. */
  close(): Promise<void>;
}

/** Users that the cluster has agreed on. */
export interface ScramUsers {
  /** Resolves once this node knows what the cluster knew when it started. */
  readonly ready: Promise<unknown>;
  credentialOf(mechanism: ScramMechanism, name: string): ScramCredential | undefined;
}

/** Of clients: what the cluster has agreed on about who they are, and how many may come. */
export interface ClientAccess extends ScramUsers {
  /** One comes from an address (without port): 0 when it is let in, otherwise milliseconds after which it is closed. */
  connection(address: string): number;
}

/** Binds all of them or none. Rejects with ListenError, or StartFailure for certificates that cannot be used. */
export type Listen = (
  listeners: readonly Listener[],
  serve: Dispatch,
  /** Null for listeners of nodes alone: nothing limits those. */
  access: ClientAccess | null,
) => Promise<BoundListeners>;

export class RequestGate {
  #dispatch: Dispatch | null = null;
  #open: (dispatch: Dispatch) => void = () => undefined;
  readonly opened: Promise<Dispatch>;
  /** Serves some requests while the gate is closed; null for those that must wait. */
  meanwhile: ((frame: Buffer) => Dispatch | null) | null = null;

  constructor() {
    this.opened = new Promise((resolve) => (this.#open = resolve));
  }

  readonly serve: Dispatch = (frame, identity) => {
    const dispatch = this.#dispatch ?? this.meanwhile?.(frame) ?? null;
    if (dispatch !== null) return dispatch(frame, identity);
    return this.opened.then((later) => later(frame, identity));
  };

  open(dispatch: Dispatch): void {
    this.#dispatch = dispatch;
    this.#open(dispatch);
  }
}
