/**
 * Addresses of the broker: parsing `NAME://host:port`, which of them serve clients, and what clients are told.
 * A listener's name stands for a security protocol (listener.security.protocol.map); only PLAINTEXT is spoken so far.
 */
import { addressText } from '../../kafka-client/address.ts';

export interface Listener {
  readonly name: string;
  /** Empty: every interface. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

const LISTENER = /^([A-Za-z0-9_]+):\/\/(\[[0-9A-Fa-f:.]+(?:%[0-9A-Za-z_.-]+)?\]|[^:/[\]]*):(\d{1,5})$/;
const HOST_PORT = /^(\[[0-9A-Fa-f:.]+(?:%[0-9A-Za-z_.-]+)?\]|[^:/[\]]+):(\d{1,5})$/;

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

export function parseListener(text: string): Listener | undefined {
  const match = LISTENER.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  return { name: (match[1] ?? '').toUpperCase(), host: withoutBrackets(match[2] ?? ''), port };
}

export function parseHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = HOST_PORT.exec(text);
  const port = Number(match?.[2]);
  return match && port <= 65_535 ? { host: withoutBrackets(match[1] ?? ''), port } : undefined;
}

export function formatListener(listener: Listener): string {
  return `${listener.name}://${addressText(listener)}`;
}

/** True for the addresses that mean "every interface" and can therefore not be told to clients. */
export function isWildcard(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

/**
 * What a client of `bound` is told: the advertised listener of the same name, else the bound one. A wildcard host
 * becomes `hostName`, port 0 becomes the port that was really bound.
 */
export function advertisedEndpoint(
  bound: Listener,
  advertised: readonly Listener[],
  hostName: string,
  boundPort: number,
): Listener {
  const chosen = advertised.find((listener) => listener.name === bound.name) ?? bound;
  return {
    name: bound.name,
    host: isWildcard(chosen.host) ? hostName : chosen.host,
    port: chosen.port === 0 ? boundPort : chosen.port,
  };
}
