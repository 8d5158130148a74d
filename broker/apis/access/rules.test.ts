/**
 * Every API has a rule. Who may do nothing gets nothing of any of them: no handler is given what is refused, and the answer can be
 * written in every version that is served. Who may do everything notices no rule.
 */
import { describe, expect, it } from 'vitest';
import { ApiKey, apiNameOf } from '../../../protocol/api-keys.ts';
import { metadataRequest } from '../../../protocol/messages/03-metadata.ts';
import { decodeMessage, encodeMessage } from '../../../protocol/schema/codec.ts';
import type { Decoded, MessageSchema } from '../../../protocol/schema/notation.ts';
import { sampleBody } from '../../integration/sample-requests.ts';
import { Authorizer } from '../../security/acl/authorizer.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import type { BrokerServices } from '../broker-services.ts';
import { clientApis, controllerApis } from '../table.ts';
import { versionsOf } from '../test-call.ts';
import { startTestServices, testContext } from '../test-services.ts';
import type { AccessRule } from './access-rule.ts';
import { guarded } from './guarded.ts';
import { clientRules, controllerRules } from './rules.ts';

const tables = [
  ['clients', clientApis, clientRules],
  ['controllers', controllerApis, controllerRules],
] as const;
const cases = tables.flatMap(([listener, apis, rules]) =>
  [...apis].map(([key, handler]) => ({
    name: `${apiNameOf(key) ?? ''} for ${listener}`,
    ...{ key, listener, handler: handler, rule: rules.get(key) },
  })),
);

const AUTHORIZATION_ERRORS: ReadonlySet<unknown> = new Set([29, 30, 31, 53]);

function hasRefusal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, field]) =>
    name.endsWith('rrorCode') ? AUTHORIZATION_ERRORS.has(field) : hasRefusal(field),
  );
}

const isFilled = (field: unknown): boolean => Array.isArray(field) && field.length > 0;

/** What everybody is answered, and what is left out of answers instead of being refused. */
const ASKED_ANYWAY: ReadonlySet<number> = new Set([
  ...[ApiKey.ApiVersions, ApiKey.SaslHandshake, ApiKey.SaslAuthenticate, ApiKey.DescribeCluster],
  ...[ApiKey.ListGroups, ApiKey.ListTransactions],
]);

interface Called {
  readonly request: Decoded<MessageSchema>;
  readonly context: RequestContext;
}

/** The answer in its fields, and what the handler was called with. */
async function ask(
  { handler, rule }: { readonly handler: ApiHandler; readonly rule: AccessRule | undefined },
  version: number,
  principal: string,
  superUser: string,
) {
  const { services } = await startTestServices('auto.create.topics.enable=true');
  const lines: string[] = [];
  const authorizer = new Authorizer({
    ...{ superUsers: new Set([superUser]), allowsWithoutAcl: false },
    ...{ acls: () => services.image().acls, isReady: () => true },
    onRefusal: (line) => lines.push(line),
  });
  const calls: Called[] = [];
  const spy: ApiHandler = {
    ...handler,
    handle: (request, context) => {
      calls.push({ request, context });
      return {};
    },
  };
  const bytes = encodeMessage(handler.request, version, sampleBody(handler.request));
  const request = decodeMessage(handler.request, version, bytes);
  const context = { ...testContext(version), principal };
  const guardedServices: BrokerServices = { ...services, authorizer };
  const body = await guarded<BrokerServices>(spy, rule).handle(request, context, guardedServices);
  if (body === null) throw new Error('no answer');
  const answer = decodeMessage(handler.response, version, encodeMessage(handler.response, version, body));
  return { request, answer, calls, lines };
}

describe.each(cases)('$name', (api) => {
  it('has a rule', () => {
    expect(api.rule).toBeDefined();
  });

  it('gives nothing to who may do nothing, in every version', async () => {
    for (const version of versionsOf(api.handler)) {
      const { answer, calls, lines } = await ask(api, version, 'User:mallory', 'User:root');
      if (hasRefusal(answer)) expect(lines).toHaveLength(1);
      for (const line of lines)
        expect(line).toMatch(/^Refused \w+ of User:mallory from 127\.0\.0\.1: no ACL allows [A-Z_]+ on /);
      if (ASKED_ANYWAY.has(api.key)) continue;
      if (api.key === ApiKey.Fetch && api.listener === 'clients') {
        expect(calls.map(({ context }) => context.mayRead?.('sample'))).toEqual([false]);
      } else if (api.key === ApiKey.Metadata && version >= 12) {
        // The sample's topic id is nobody's, which is no secret.
        expect(calls).toHaveLength(1);
      } else {
        // Some old versions have no field for an error of the whole: then the answer is merely empty.
        expect(hasRefusal(answer) || calls.length === 0, `version ${String(version)}`).toBe(true);
        expect(calls.flatMap(({ request }) => Object.values(request).filter(isFilled))).toEqual([]);
      }
    }
  });

  it('hands all of it on for who may do everything', async () => {
    for (const version of versionsOf(api.handler)) {
      const { request, calls, lines } = await ask(api, version, 'User:root', 'User:root');
      expect(lines).toEqual([]);
      expect(calls.map((call) => call.request)).toEqual([request]);
    }
  });
});

describe('the address of who asks', () => {
  it.each([
    ['/10.0.0.1', '10.0.0.1'],
    ['/::1', '0:0:0:0:0:0:0:1'],
    ['/fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
  ])('%s is %s to an ACL', async (clientHost, host) => {
    const { services } = await startTestServices();
    const acl = {
      resourceType: 4,
      resourceName: 'kafka-cluster',
      patternType: 3,
      operation: 8,
      permissionType: 3,
    };
    const decide = (allowedHost: string) => {
      const acls = new Map([['1', { ...acl, principal: 'User:alice', host: allowedHost }]]);
      const authorizer = new Authorizer({
        ...{ superUsers: new Set<string>(), allowsWithoutAcl: false, acls: () => acls, isReady: () => true },
      });
      const quorum = controllerApis.get(ApiKey.DescribeQuorum);
      const handle = () => ({ errorCode: 0 });
      const behind = guarded<BrokerServices>(
        { ...(quorum as ApiHandler), handle },
        clientRules.get(ApiKey.DescribeQuorum),
      );
      const context = { ...testContext(0), principal: 'User:alice', clientHost };
      return behind.handle({}, context, { ...services, authorizer });
    };
    expect(await decide(host)).toEqual({ errorCode: 0 });
    expect(await decide('10.0.0.9')).toEqual({ errorCode: 31 });
  });
});

describe('what is told to be not allowed', () => {
  it('is not why something else was refused', async () => {
    const { services } = await startTestServices();
    const acl = { resourceType: 2, resourceName: 'orders', patternType: 3, operation: 4, permissionType: 3 };
    const acls = new Map([['1', { ...acl, principal: 'User:alice', host: '*' }]]);
    const lines: string[] = [];
    const authorizer = new Authorizer({
      ...{ superUsers: new Set<string>(), allowsWithoutAcl: false, acls: () => acls, isReady: () => true },
      onRefusal: (line) => lines.push(line),
    });
    const metadata = clientApis.get(ApiKey.Metadata);
    const handle = () => ({ topics: [{ name: 'orders', errorCode: 0 }] });
    const behind = guarded<BrokerServices>(
      { ...(metadata as ApiHandler), handle },
      clientRules.get(ApiKey.Metadata),
    );
    const topics = [{ name: 'orders' }, { name: 'secret' }];
    const asked = { includeTopicAuthorizedOperations: true, includeClusterAuthorizedOperations: true };
    const body = { topics, allowAutoTopicCreation: false, ...asked };
    const request = decodeMessage(metadataRequest, 8, encodeMessage(metadataRequest, 8, body));
    const context = { ...testContext(8), principal: 'User:alice' };
    expect(await behind.handle(request, context, { ...services, authorizer })).toMatchObject({
      topics: [{ name: 'orders' }, { name: 'secret', errorCode: 29 }],
    });
    expect(lines).toEqual([
      'Refused Metadata of User:alice from 127.0.0.1: no ACL allows DESCRIBE on TOPIC secret.',
    ]);
  });
});

describe('an API without a rule', () => {
  it('is open to nobody, and to everybody where there is no authorizer', async () => {
    const handler = clientApis.get(ApiKey.ListGroups);
    if (handler === undefined) throw new Error('not served');
    const api = { handler, rule: undefined };
    await expect(ask(api, 0, 'User:root', 'User:root')).rejects.toThrow('it has no rule');
    const { services } = await startTestServices();
    const open = guarded<BrokerServices>({ ...handler, handle: () => ({ groups: [] }) }, undefined);
    expect(open.handle({}, testContext(0), services)).toEqual({ groups: [] });
  });
});
