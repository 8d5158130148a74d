/**
 * Where the metrics of a cluster's brokers are read: one address for all brokers, with `{host}` and `{id}` in it, or one for
 * each id (`0=http://a:7071,1=http://b:7071`), or both, where those with an id come first. Pure.
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
  for (const entry of text.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const [, id, url = ''] = /^(?:(\d{1,9})=)?(.+)$/.exec(entry) ?? [];
    const filled = filledIn(url, 0, 'broker');
    if (!URL.canParse(filled) || !/^https?:$/.test(new URL(filled).protocol) || /[{}]/.test(filled))
      return null;
    addresses.push({ brokerId: id === undefined ? null : Number(id), url });
  }
  return addresses.length === 0 ? null : addresses;
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

function filledIn(url: string, brokerId: number, host: string): string {
  const inUrl = host.includes(':') ? `[${host}]` : host;
  return url.replaceAll('{host}', inUrl).replaceAll('{id}', String(brokerId));
}
