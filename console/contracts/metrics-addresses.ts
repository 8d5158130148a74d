/**
 * Where the metrics of a cluster's brokers are read: one address for all brokers, with `{host}` and `{id}` in it, or one for
 * each id (`0=http://a:7071,1=http://b:7071`), or both, where those with an id come first. Pure.
 *
 * An address is what stands before `/jolokia` and `/metrics`: which of them answers is found out. One that ends in either is
 * taken as people copy it, without that end. User names and passwords in addresses are refused: they would be shown.
 */

export interface MetricsAddress {
  /** Null: any broker that is not named by its id. */
  readonly brokerId: number | null;
  /** May have `{host}`, the broker's advertised host, and `{id}` in it. */
  readonly url: string;
}

export const metricsAddressesText =
  'an address like http://{host}:7071, or one for each broker id like 0=http://kafka-0:7071,1=http://kafka-1:7071';

/** Null when the text is neither. */
export function parseMetricsAddresses(text: string): MetricsAddress[] | null {
  const addresses: MetricsAddress[] = [];
  for (const entry of text.split(/[\s,]+/)) {
    if (entry === '') continue;
    const [, id, given = ''] = /^(?:(\d{1,9})=)?(.+)$/.exec(entry) ?? [];
    const url = given.replace(/(?:\/(?:jolokia|metrics))?\/*$/, '');
    if (!isAddress(filledIn(url, 0, 'broker'))) return null;
    addresses.push({ brokerId: id === undefined ? null : Number(id), url });
  }
  return addresses.length === 0 ? null : addresses;
}

function isAddress(filled: string): boolean {
  if (/[{}]/.test(filled) || !URL.canParse(filled)) return false;
  const { protocol, username, password } = new URL(filled);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** As it is parsed again. */
export function metricsText(addresses: readonly MetricsAddress[]): string {
  return addresses.map(({ brokerId, url }) => (brokerId === null ? url : `${brokerId}=${url}`)).join(', ');
}

/** Null when none is configured for this broker. */
export function metricsUrlOf(
  addresses: readonly MetricsAddress[],
  brokerId: number,
  host: string,
): string | null {
  const found =
    addresses.find((each) => each.brokerId === brokerId) ?? addresses.find((each) => each.brokerId === null);
  return found === undefined ? null : filledIn(found.url, brokerId, host);
}

/** Hosts that are named as such: `{host}` stands for what a broker says of itself. */
export function metricsHosts(addresses: readonly MetricsAddress[]): string[] {
  return addresses
    .filter(({ url }) => !url.includes('{host}'))
    .map(({ url }) => new URL(filledIn(url, 0, '')).hostname);
}

function filledIn(url: string, brokerId: number, host: string): string {
  const inUrl = host.includes(':') ? `[${host}]` : host;
  return url.replaceAll('{host}', inUrl).replaceAll('{id}', String(brokerId));
}
