/**
 * Records of the metadata log about who may do what: access rules (KIP-140), quotas (KIP-546), SCRAM credentials
 * (KIP-554) and delegation tokens (KIP-48).
 *
 * Each value is framed as schema/versioned-data.ts describes. A Remove record ends what the other began; there is one
 * version of each.
 */
import {
  array,
  bool,
  bytes,
  float64,
  int32,
  int64,
  int8,
  record,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const accessControlEntryRecord = record(
  18,
  'AccessControlEntryRecord',
  { versions: '0', flexible: '0+' },
  {
    id: uuid('0+'),
    resourceType: int8('0+'),
    resourceName: string('0+'),
    patternType: int8('0+'),
    principal: string('0+'),
    host: string('0+'),
    operation: int8('0+'),
    permissionType: int8('0+'),
  },
);
export type AccessControlEntryRecord = Decoded<typeof accessControlEntryRecord>;

export const removeAccessControlEntryRecord = record(
  19,
  'RemoveAccessControlEntryRecord',
  { versions: '0', flexible: '0+' },
  {
    id: uuid('0+'),
  },
);
export type RemoveAccessControlEntryRecord = Decoded<typeof removeAccessControlEntryRecord>;

export const clientQuotaRecord = record(
  14,
  'ClientQuotaRecord',
  { versions: '0', flexible: '0+' },
  {
    entity: array('0+', {
      entityType: string('0+'),
      entityName: string('0+', { nullable: true }),
    }),
    key: string('0+'),
    value: float64('0+'),
    remove: bool('0+'),
  },
);
export type ClientQuotaRecord = Decoded<typeof clientQuotaRecord>;

export const userScramCredentialRecord = record(
  11,
  'UserScramCredentialRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string('0+'),
    mechanism: int8('0+'),
    salt: bytes('0+'),
    storedKey: bytes('0+'),
    serverKey: bytes('0+'),
    iterations: int32('0+'),
  },
);
export type UserScramCredentialRecord = Decoded<typeof userScramCredentialRecord>;

export const removeUserScramCredentialRecord = record(
  22,
  'RemoveUserScramCredentialRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string('0+'),
    mechanism: int8('0+'),
  },
);
export type RemoveUserScramCredentialRecord = Decoded<typeof removeUserScramCredentialRecord>;

export const delegationTokenRecord = record(
  10,
  'DelegationTokenRecord',
  { versions: '0', flexible: '0+' },
  {
    owner: string('0+'),
    requester: string('0+'),
    renewers: array('0+', 'string'),
    issueTimestamp: int64('0+'),
    maxTimestamp: int64('0+'),
    expirationTimestamp: int64('0+'),
    tokenId: string('0+'),
  },
);
export type DelegationTokenRecord = Decoded<typeof delegationTokenRecord>;

export const removeDelegationTokenRecord = record(
  26,
  'RemoveDelegationTokenRecord',
  { versions: '0', flexible: '0+' },
  {
    tokenId: string('0+'),
  },
);
export type RemoveDelegationTokenRecord = Decoded<typeof removeDelegationTokenRecord>;
