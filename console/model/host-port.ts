/** Host and port as one text, as people write it: the one place of the console where the two are joined. */

export interface Place {
  /** An IPv6 address is without brackets, as brokers tell it. */
  readonly host: string;
  readonly port: number;
}

/** `kafka-a:9092`; an IPv6 address stands in brackets, without which nobody could tell where the port begins: `[::1]:9092`. */
export function hostPort({ host, port }: Place): string {
  return `${inUrl(host)}:${port}`;
}

/** The host as it stands in a URL (RFC 3986, 3.2.2). */
export function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
