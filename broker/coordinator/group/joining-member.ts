/** What a client brings to a JoinGroup, and how a member takes it over: for new members, rejoins and static returns alike. */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import {
  type ClassicGroup,
  type GroupProtocol,
  type JoinResult,
  type Member,
  ownCopies,
} from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import { answerJoin, joinError } from './rebalance.ts';

export interface JoinRequest {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  /** Version 0 sends none: -1 means the session timeout. */
  readonly rebalanceTimeoutMs: number;
  /** Empty at the first attempt. */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  readonly protocols: readonly GroupProtocol[];
}

export interface JoiningClient {
  readonly clientId: string;
  readonly clientHost: string;
  /** Version 4 and up: KIP-394. */
  readonly requiresKnownMemberId: boolean;
  /** Version 9 and up: KIP-814. */
  readonly supportsSkippingAssignment: boolean;
  /** A fresh uuid for the member id, should one be needed. */
  readonly uuid: string;
}

export interface Join {
  readonly request: JoinRequest;
  readonly client: JoiningClient;
  readonly replyTo: ReplyTo<JoinResult>;
}

/** Takes over what the member says now and parks its answer; an older join of it that still waits is sent away. */
export function updateMember(
  group: ClassicGroup,
  member: Member,
  { request, client, replyTo }: Join,
  context: GroupContext,
): void {
  answerJoin(member, joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId), context);
  group.setProtocols(member, ownCopies(request.protocols));
  member.sessionTimeoutMs = request.sessionTimeoutMs;
  member.rebalanceTimeoutMs = rebalanceTimeoutOf(request);
  member.clientId = client.clientId;
  member.clientHost = client.clientHost;
  member.awaitingJoin = replyTo;
}

export function rebalanceTimeoutOf(request: JoinRequest): number {
  return request.rebalanceTimeoutMs === -1 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs;
}
