/**
 * The bit fields of KIP-430: what the asker may do, one bit per AclOperation code. Without an authorizer everything
 * is allowed, so these are the operations that a resource type knows at all.
 */

const OPERATION = {
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
} as const;

function bits(...names: (keyof typeof OPERATION)[]): number {
  return names.reduce((sum, name) => sum | (1 << OPERATION[name]), 0);
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

export const GROUP_OPERATIONS = bits('READ', 'DELETE', 'DESCRIBE');
