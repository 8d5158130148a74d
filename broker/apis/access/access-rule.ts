/**
 * The shape of an API's rule: who may have what of a request, and what the rest is answered.
 *
 * A rule stands around the handler. It hands on what the asker may have of the request, and adds to the answer what was
 * refused, with the error that Kafka gives (KafkaApis, ControllerApis). A handler never sees what is not allowed, and knows
 * nothing of rules.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import { type AclOperation, CLUSTER_NAME, ResourceType } from '../../security/acl/acl.ts';
import type { Access } from '../../security/acl/authorizer.ts';
import type { RequestContext } from '../api-handler.ts';
import type { ControllerServices } from '../broker-services.ts';

/** Who sent the request, and what the rule may look at beside it. */
export interface Asker extends Access {
  /** For what is asked only to be told: that something is not allowed is no refusal. */
  readonly quietly: Access;
  readonly apiVersion: number;
  readonly services: Pick<ControllerServices, 'image' | 'config'>;
  /** The whole request refused, in the words of a handler that has an answer ready (`ApiHandler.failed`). */
  readonly failed: (errorCode: number) => Encodable<MessageSchema>;
}

/** The handler, with a request that is allowed; called at most once, before anything is awaited. */
export type Serve<Req extends MessageSchema, Res extends MessageSchema> = (
  allowed: Decoded<Req>,
  known?: Pick<RequestContext, 'mayRead'>,
) => Promise<Encodable<Res> | null>;

type Answer<Res extends MessageSchema> = Encodable<Res> | null;

export interface AccessRule<
  Req extends MessageSchema = MessageSchema,
  Res extends MessageSchema = MessageSchema,
> {
  readonly request: Req;
  readonly apply: (
    request: Decoded<Req>,
    asker: Asker,
    serve: Serve<Req, Res>,
  ) => Promise<Answer<Res>> | Answer<Res>;
}

/** Keeps the message's own types while a rule is written, and lets one table hold all of them. */
export function rule<Req extends MessageSchema, Res extends MessageSchema>(
  request: Req,
  _response: Res,
  apply: AccessRule<Req, Res>['apply'],
): AccessRule {
  return { request, apply };
}

/** Everybody may ask it: it tells nothing, or what it tells is told to all. */
export function open(request: MessageSchema): AccessRule {
  return { request, apply: (asked, _asker, serve) => serve(asked) };
}

/** One operation on the cluster for all of it. Without `refused` the handler has the answer (`ApiHandler.failed`). */
export function onCluster<Res extends MessageSchema>(
  request: MessageSchema,
  operation: AclOperation,
  refused?: (errorCode: number) => Encodable<Res>,
): AccessRule {
  return {
    request,
    apply: (asked, asker, serve) =>
      mayOnCluster(asker, operation)
        ? serve(asked)
        : (refused ?? asker.failed)(ErrorCode.CLUSTER_AUTHORIZATION_FAILED),
  };
}

export function mayOnCluster(asker: Access, operation: AclOperation): boolean {
  return asker.may(operation, ResourceType.CLUSTER, CLUSTER_NAME);
}

/** What is allowed and what is not, each in its order. */
export function split<Item>(
  items: readonly Item[],
  isAllowed: (item: Item) => boolean,
): { readonly allowed: Item[]; readonly refused: Item[] } {
  const allowed: Item[] = [];
  const refused: Item[] = [];
  for (const item of items) (isAllowed(item) ? allowed : refused).push(item);
  return { allowed, refused };
}

/** The topics of a request that name themselves, by one operation. */
export function splitTopics<Topic extends { readonly name: string }>(
  topics: readonly Topic[],
  asker: Access,
  operation: AclOperation,
): { readonly allowed: Topic[]; readonly refused: Topic[] } {
  return split(topics, ({ name }) => asker.may(operation, ResourceType.TOPIC, name));
}

/** The handler's answer with changes; none where the client wants none. */
export async function completed<Given>(
  served: Promise<Given | null>,
  change: (answer: Given) => Given,
): Promise<Given | null> {
  const answer = await served;
  return answer === null ? null : change(answer);
}

/** The handler's answer with what was refused behind the rest of the list that is named. */
export function adding<Given, Key extends keyof Given>(
  served: Promise<Given | null>,
  list: Key,
  refused: NonNullable<Given[Key]>,
): Promise<Given | null> {
  return completed(served, (answer) => ({
    ...answer,
    [list]: [...((answer[list] ?? []) as readonly unknown[]), ...(refused as readonly unknown[])],
  }));
}
