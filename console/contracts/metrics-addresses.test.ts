/** Where metrics are read: one address for all, one for each, and what is neither. */
import { expect, test } from 'vitest';
import { metricsHosts, metricsText, metricsUrlOf, parseMetricsAddresses } from './metrics-addresses.ts';

test('one address for all brokers, with the host and the id of each', () => {
  const addresses = parseMetricsAddresses(' http://{host}:7071/broker-{id} ') ?? [];
  expect(metricsUrlOf(addresses, 3, 'kafka-3.example.com')).toBe('http://kafka-3.example.com:7071/broker-3');
  expect(metricsUrlOf(addresses, 0, '::1')).toBe('http://[::1]:7071/broker-0');
});

test('one for each id, and none or the common one for the others', () => {
  const text = '0=http://a:7071, 1=https://b/metrics-of';
  expect(metricsUrlOf(parseMetricsAddresses(text) ?? [], 1, 'x')).toBe('https://b/metrics-of');
  expect(metricsUrlOf(parseMetricsAddresses(text) ?? [], 2, 'x')).toBeNull();
  expect(metricsUrlOf(parseMetricsAddresses(`${text},http://{host}:9`) ?? [], 2, 'x')).toBe('http://x:9');
});

test('as people copy them: line by line, with the path of what answers there', () => {
  const addresses = parseMetricsAddresses('0=http://a:8778/jolokia/\nhttp://{host}:7071/metrics') ?? [];
  expect(addresses).toEqual([
    { brokerId: 0, url: 'http://a:8778' },
    { brokerId: null, url: 'http://{host}:7071' },
  ]);
  expect(parseMetricsAddresses(metricsText(addresses))).toEqual(addresses);
  expect(metricsHosts(addresses)).toEqual(['a']);
});

test.each(['', 'kafka:7071', 'ftp://a', 'http://{rack}:1', '0=', 'x=http://a', 'http://ann:secret@a:1'])(
  '%j is neither',
  (text) => {
    expect(parseMetricsAddresses(text)).toBeNull();
  },
);
