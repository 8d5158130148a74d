/**
 * Values of control records, and small data that travels inside other messages.
 *
 * A control record's key is int16 version and int16 type (records/control-records.ts). Transactions end with EndTxnMarker
 * (KIP-98); a metadata log carries LeaderChange, snapshot header and footer, its protocol version and voters (KIP-595,
 * KIP-630, KIP-853). DefaultPrincipalData is how a forwarded request names its sender.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  record,
  string,
  struct,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const controlRecordTypeSchema = record(
  -1,
  'ControlRecordTypeSchema',
  { versions: '0' },
  {
    type: int16('0+'),
  },
);
export type ControlRecordTypeSchema = Decoded<typeof controlRecordTypeSchema>;

export const endTxnMarker = record(
  -1,
  'EndTxnMarker',
  { versions: '0' },
  {
    coordinatorEpoch: int32('0+'),
  },
);
export type EndTxnMarker = Decoded<typeof endTxnMarker>;

export const leaderChangeMessage = record(
  -1,
  'LeaderChangeMessage',
  { versions: '0-1', flexible: '0+' },
  {
    version: int16('0+'),
    leaderId: int32('0+'),
    voters: array('0+', {
      voterId: int32('0+'),
      voterDirectoryId: uuid('1+'),
    }),
    grantingVoters: array('0+', {
      voterId: int32('0+'),
      voterDirectoryId: uuid('1+'),
    }),
  },
);
export type LeaderChangeMessage = Decoded<typeof leaderChangeMessage>;

export const snapshotHeaderRecord = record(
  -1,
  'SnapshotHeaderRecord',
  { versions: '0', flexible: '0+' },
  {
    version: int16('0+'),
    lastContainedLogTimestamp: int64('0+'),
  },
);
export type SnapshotHeaderRecord = Decoded<typeof snapshotHeaderRecord>;

export const snapshotFooterRecord = record(
  -1,
  'SnapshotFooterRecord',
  { versions: '0', flexible: '0+' },
  {
    version: int16('0+'),
  },
);
export type SnapshotFooterRecord = Decoded<typeof snapshotFooterRecord>;

export const kRaftVersionRecord = record(
  -1,
  'KRaftVersionRecord',
  { versions: '0', flexible: '0+' },
  {
    version: int16('0+'),
    kRaftVersion: int16('0+'),
  },
);
export type KRaftVersionRecord = Decoded<typeof kRaftVersionRecord>;

export const votersRecord = record(
  -1,
  'VotersRecord',
  { versions: '0', flexible: '0+' },
  {
    version: int16('0+'),
    voters: array('0+', {
      voterId: int32('0+'),
      voterDirectoryId: uuid('0+'),
      endpoints: array('0+', {
        name: string('0+'),
        host: string('0+'),
        port: uint16('0+'),
      }),
      kRaftVersionFeature: struct('0+', {
        minSupportedVersion: int16('0+'),
        maxSupportedVersion: int16('0+'),
      }),
    }),
  },
);
export type VotersRecord = Decoded<typeof votersRecord>;

export const defaultPrincipalData = record(
  -1,
  'DefaultPrincipalData',
  { versions: '0', flexible: '0+' },
  {
    type: string('0+'),
    name: string('0+'),
    tokenAuthenticated: bool('0+'),
  },
);
export type DefaultPrincipalData = Decoded<typeof defaultPrincipalData>;
