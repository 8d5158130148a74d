/** What a stored cluster looks like in the form comes back as the same cluster, its secrets as stars. */
import { expect, test } from 'vitest';
import { changedClusterSchema } from '../../console/contracts/clusters';
import { emptyForm, formOf, inputOf } from './cluster-form-state';

test('a form that nobody touched sends the cluster as it is', () => {
  const form = formOf({
    id: 'eu',
    name: 'EU',
    status: 'ok',
    source: 'user',
    readOnly: true,
    bootstrap: ['a:1', 'b:2'],
    tls: true,
    saslMechanism: 'PLAIN',
    asOf: null,
    lastError: null,
    brokerMetrics: true,
    connection: {
      tls: {
        ca: null,
        certificate: '-----BEGIN CERTIFICATE-----x',
        hasKey: true,
        serverName: 'kafka',
        verify: false,
      },
      sasl: { mechanism: 'PLAIN', username: 'ann' },
      brokerMetrics: '0=http://a:7071, http://{host}:7072',
    },
  });
  expect(changedClusterSchema.parse(inputOf(form))).toEqual({
    name: 'EU',
    bootstrap: ['a:1', 'b:2'],
    readOnly: true,
    tls: {
      ca: null,
      certificate: '-----BEGIN CERTIFICATE-----x',
      key: '***',
      serverName: 'kafka',
      verify: false,
    },
    sasl: { mechanism: 'PLAIN', username: 'ann', password: '***' },
    brokerMetrics: [
      { brokerId: 0, url: 'http://a:7071' },
      { brokerId: null, url: 'http://{host}:7072' },
    ],
  });
});

test('without TLS and SASL nothing of them is sent, whatever their fields hold', () => {
  const form = {
    ...emptyForm,
    name: ' x ',
    bootstrap: 'a:1, b:2\nc:3',
    ca: 'left over',
    username: 'left over',
  };
  expect(inputOf(form)).toEqual({
    name: 'x',
    bootstrap: ['a:1', 'b:2', 'c:3'],
    readOnly: false,
    tls: null,
    sasl: null,
    brokerMetrics: null,
  });
});
