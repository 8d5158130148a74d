/**
 * A handler behind its rule. Without an authorizer it is the handler; with one, a request that no rule speaks of is refused, so that an
 * API that was forgotten is open to nobody.
 */
import type { MessageSchema } from '../../../protocol/schema/notation.ts';
import { addressBytes, clientHostOf } from '../../controller-channel/envelope-fields.ts';
import type { Access, Authorizer } from '../../security/acl/authorizer.ts';
import { type ApiHandler, RefusedRequest, type RequestContext } from '../api-handler.ts';
import type { ControllerServices } from '../broker-services.ts';
import type { AccessRule } from './access-rule.ts';

type Handler<Services> = ApiHandler<MessageSchema, MessageSchema, Services>;

/** As ACLs write it, and Java: an IPv6 address in eight groups. */
function hostOf(clientHost: string): string {
  const host = clientHost.includes(':') ? clientHostOf(addressBytes(clientHost)) : clientHost;
  return host.replace(/^\//, '');
}

function accessOf(authorizer: Authorizer, { principal, clientHost }: RequestContext): Access {
  return authorizer.of(principal, hostOf(clientHost));
}

export function guarded<Services extends ControllerServices>(
  handler: Handler<Services>,
  rule: AccessRule | undefined,
): Handler<Services> {
  const { name } = handler.request;
  return {
    ...handler,
    handle(request, context, services) {
      if (context.ofThisNode === true || services.authorizer === null)
        return handler.handle(request, context, services);
      if (rule === undefined) throw new RefusedRequest(`nobody may ask ${name}: it has no rule`);
      const { apiVersion } = context;
      const asker = {
        ...accessOf(services.authorizer, context),
        ...{ apiVersion, services },
        failed: (errorCode: number) => {
          if (handler.failed === undefined) throw new RefusedRequest(`${name} is not allowed`);
          return handler.failed(request, errorCode, apiVersion);
        },
      };
      return rule.apply(request, asker, async (allowed, known) =>
        handler.handle(allowed, { ...context, ...known }, services),
      );
    },
  };
}
