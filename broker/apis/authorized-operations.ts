/**
 * The bit fields of KIP-430: what the asker may do, one bit per AclOperation code. Without an authorizer everything
 * is allowed, so these are the operations that a resource type knows at all; with one access/metadata-rules.ts takes away
 * what the asker may not do.
 */
import { AclOperation } from '../security/acl/acl.ts';

function bits(...names: (keyof typeof AclOperation)[]): number {
  return names.reduce((sum, name) => sum | (1 << AclOperation[name]), 0);
}

/** Those of `operations` that the asker may do. */
export function allowedAmong(operations: number, may: (operation: AclOperation) => boolean): number {
  return Object.values(AclOperation)
    .filter((operation) => (operations & (1 << operation)) !== 0 && may(operation))
    .reduce((sum, operation) => sum | (1 << operation), 0);
}

/** The answer when nobody asked. */
export const OPERATIONS_NOT_ASKED_FOR = -2_147_483_648;

export const TOPIC_OPERATIONS = bits(
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
);

export const CLUSTER_OPERATIONS = bits(
  'CREATE',
  'ALTER',
  'DESCRIBE',
  'CLUSTER_ACTION',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
  'IDEMPOTENT_WRITE',
);

export const GROUP_OPERATIONS = bits('READ', 'DELETE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS');
