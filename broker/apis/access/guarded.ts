/**
 * A handler behind its rule. Without an authorizer it is the handler; with one, a request that no rule speaks of is refused, so that an
 * API that was forgotten is open to nobody.
 */
import type { MessageSchema } from '../../../protocol/schema/notation.ts';
import { Refusals, type RefusedRequestOf } from '../../security/acl/refusals.ts';
import { type ApiHandler, RefusedRequest } from '../api-handler.ts';
import type { ControllerServices } from '../broker-services.ts';
import type { AccessRule } from './access-rule.ts';
import { aclHost } from './acl-host.ts';

type Handler<Services> = ApiHandler<MessageSchema, MessageSchema, Services>;

/** The answer, or what it fails with, once it is told what was refused. */
function telling<Answer>(
  work: () => Promise<Answer> | Answer,
  tell: (line: string | null) => void,
  { of, refusals }: { readonly of: RefusedRequestOf; readonly refusals: Refusals },
): Promise<Answer> | Answer {
  const answered = (answer: Answer): Answer => {
    tell(refusals.line(of, answer));
    return answer;
  };
  const failed = (error: unknown): never => {
    if (error instanceof RefusedRequest) tell(refusals.lineOfClosed(of));
    throw error;
  };
  try {
    const answer = work();
    return answer instanceof Promise ? answer.then(answered, failed) : answered(answer);
  } catch (error) {
    return failed(error);
  }
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
      const { apiVersion, principal, clientHost } = context;
      const { authorizer } = services;
      const host = aclHost(clientHost);
      const quietly = authorizer.of(principal, host);
      const refusals = new Refusals();
      const asker = {
        ...refusals.watching(quietly),
        ...{ quietly, apiVersion, services },
        failed: (errorCode: number) => {
          if (handler.failed === undefined) throw new RefusedRequest(`${name} is not allowed`);
          return handler.failed(request, errorCode, apiVersion);
        },
      };
      const of = { api: name.replace(/Request$/, ''), principal, host };
      return telling(
        () =>
          rule.apply(request, asker, async (allowed, known) =>
            handler.handle(allowed, { ...context, ...known }, services),
          ),
        (line) => line !== null && authorizer.refused(line),
        { of, refusals },
      );
    },
  };
}
