/**
 * What the active controller refused of a change that somebody asked for, and why, in one line for its log: the answer may go
 * to a program that nobody looks at. Who was refused for want of an ACL is told elsewhere (security/acl/refusals.ts).
 */
import { errorOf } from '../../protocol/errors.ts';
import { shortened } from '../security/acl/refusals.ts';
import { aclHost } from './access/acl-host.ts';
import type { RequestContext } from './api-handler.ts';

export interface RefusedChange {
  /** The topic, or the partition as Kafka writes it: `orders-0`. */
  readonly what: string;
  readonly errorCode: number;
  /** A sentence. */
  readonly reason: string | null;
}

/** Told of one request. */
const MAX_TOLD = 5;

/** `INVALID_REPLICA_ASSIGNMENT for orders-0: There is no broker 9.`; null: nothing was refused. */
function inWords(refused: readonly RefusedChange[]): string | null {
  if (refused.length === 0) return null;
  const told = refused.slice(0, MAX_TOLD).map(({ what, errorCode, reason }) => {
    const { name, message } = errorOf(errorCode);
    return `${name} for ${shortened(what)}: ${shortened(reason ?? message)}`;
  });
  const more = refused.length > MAX_TOLD ? ` And ${String(refused.length - MAX_TOLD)} more.` : '';
  return `${told.join(' ')}${more}`;
}

/** `api`: Kafka's name of it. Null: nothing was refused. */
export function refusedToClient(
  api: string,
  { principal, clientHost }: Pick<RequestContext, 'principal' | 'clientHost'>,
  changes: readonly RefusedChange[],
): string | null {
  const words = inWords(changes.filter(({ errorCode }) => errorCode !== 0));
  if (words === null) return null;
  return `Refused ${api} of ${shortened(principal)} from ${aclHost(clientHost)}: ${words}`;
}

/** Null: nothing was refused. */
export function refusedToBroker(
  api: string,
  brokerId: number,
  changes: readonly RefusedChange[],
): string | null {
  const words = inWords(changes);
  return words === null ? null : `Refused ${api} of broker ${String(brokerId)}: ${words}`;
}
