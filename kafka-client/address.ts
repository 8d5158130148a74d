/** Host and port of a broker as one text, and back: the one place on this side where the two are joined. */

export interface BrokerAddress {
  /** An IPv6 address is without brackets here, as on the wire. */
  readonly host: string;
  readonly port: number;
}

/** `kafka-a:9092`; an IPv6 address stands in brackets, without which nobody could tell where the port begins: `[::1]:9092`. */
export function addressText({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `host:port`, `[v6]:port` or host alone, which means port 9092. Throws TypeError with the text in it. */
export function parseAddress(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 9092);
  if (host === undefined || port < 1 || port > 65_535)
    throw new TypeError(`"${text}" is no address of the form host:port`);
  return { host, port };
}
