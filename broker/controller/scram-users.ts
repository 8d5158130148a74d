/**
 * Decides AlterUserScramCredentials and answers DescribeUserScramCredentials (KIP-554; Kafka's ScramControlManager). Each user is
 * changed wholly or not at all; one that a request names twice for the same mechanism is not changed.
 *
 * Clients send a password salted and hashed; what is kept of it is derived here, once, and goes into the metadata log.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  credentialFrom,
  SCRAM_ITERATIONS_MAX,
  SCRAM_ITERATIONS_MIN,
  type ScramMechanism,
} from '../security/sasl/scram.ts';
import { type CommandError, type CommandResult, refusal } from './command.ts';
import { type MetadataImage, scramKey, type ScramUser } from './image.ts';
import type { MetadataRecord } from './metadata-record.ts';

/** Kafka's ScramMechanism by its number. */
export const SCRAM_MECHANISMS: ReadonlyMap<number, ScramMechanism> = new Map([
  [1, 'SCRAM-SHA-256'],
  [2, 'SCRAM-SHA-512'],
]);

export interface ScramUserDeletion {
  readonly name: string;
  readonly mechanism: number;
}

export interface ScramUserUpsertion extends ScramUserDeletion {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly saltedPassword: Buffer;
}

export interface ScramUserChanges {
  readonly deletions: readonly ScramUserDeletion[];
  readonly upsertions: readonly ScramUserUpsertion[];
}

export interface AlteredScramUser extends CommandError {
  readonly user: string;
}

export interface DescribedScramUser extends CommandError {
  readonly user: string;
  readonly credentialInfos: readonly Pick<ScramUser, 'mechanism' | 'iterations'>[];
}

type Outcome = MetadataRecord | CommandError;

function nameFault({ name, mechanism }: ScramUserDeletion): CommandError | null {
  if (name === '') return refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Username must not be empty');
  if (!SCRAM_MECHANISMS.has(mechanism))
    return refusal(ErrorCode.UNSUPPORTED_SASL_MECHANISM, 'Unknown SCRAM mechanism');
  return null;
}

function deletion(change: ScramUserDeletion, { scramUsers }: MetadataImage): Outcome {
  const fault = nameFault(change);
  if (fault !== null) return fault;
  const { name, mechanism } = change;
  if (!scramUsers.has(scramKey(mechanism, name))) {
    const missing = 'Attempt to delete a user credential that does not exist';
    return refusal(ErrorCode.RESOURCE_NOT_FOUND, missing);
  }
  return { type: 'RemoveUserScramCredentialRecord', name, mechanism };
}

function upsertion(change: ScramUserUpsertion): Outcome {
  const fault = nameFault(change);
  if (fault !== null) return fault;
  const { name, mechanism, iterations, salt, saltedPassword } = change;
  const hash = SCRAM_MECHANISMS.get(mechanism) ?? 'SCRAM-SHA-256';
  if (iterations < SCRAM_ITERATIONS_MIN)
    return refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too few iterations');
  if (iterations > SCRAM_ITERATIONS_MAX)
    return refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too many iterations');
  if (salt.length === 0 || saltedPassword.length === 0)
    return refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Salt and salted password must not be empty');
  const credential = credentialFrom(hash, saltedPassword, salt, iterations);
  return { type: 'UserScramCredentialRecord', name, mechanism, ...credential };
}

export function alterScramUsers(
  { deletions, upsertions }: ScramUserChanges,
  image: MetadataImage,
): CommandResult<readonly AlteredScramUser[]> {
  const changes = [
    ...deletions.map((change) => ({ change, decide: () => deletion(change, image) })),
    ...upsertions.map((change) => ({ change, decide: () => upsertion(change) })),
  ];
  const timesNamed = new Map<string, number>();
  for (const { change } of changes) {
    const key = scramKey(change.mechanism, change.name);
    timesNamed.set(key, (timesNamed.get(key) ?? 0) + 1);
  }
  const ofUser = new Map<string, Outcome[]>();
  for (const { change, decide } of changes) {
    const isTwice = (timesNamed.get(scramKey(change.mechanism, change.name)) ?? 0) > 1;
    const outcome = isTwice
      ? refusal(ErrorCode.DUPLICATE_RESOURCE, 'A user credential cannot be altered twice in the same request')
      : decide();
    ofUser.set(change.name, [...(ofUser.get(change.name) ?? []), outcome]);
  }
  const records: MetadataRecord[] = [];
  const response = [...ofUser].map(([user, outcomes]) => {
    const fault = outcomes.find((outcome) => 'errorCode' in outcome);
    if (fault !== undefined) return { user, ...fault };
    records.push(...outcomes.flatMap((outcome) => ('type' in outcome ? [outcome] : [])));
    return { user, errorCode: 0, errorMessage: null };
  });
  return { records, response };
}

export function scramUserOf(
  mechanism: ScramMechanism,
  name: string,
  { scramUsers }: MetadataImage,
): ScramUser | undefined {
  const [number = 0] = [...SCRAM_MECHANISMS].find(([, known]) => known === mechanism) ?? [];
  return scramUsers.get(scramKey(number, name));
}

/** Of the users named, or of all for null. */
export function describeScramUsers(
  names: readonly string[] | null,
  { scramUsers }: MetadataImage,
): readonly DescribedScramUser[] {
  const infos = new Map<string, Pick<ScramUser, 'mechanism' | 'iterations'>[]>();
  for (const { name, mechanism, iterations } of scramUsers.values())
    infos.set(name, [...(infos.get(name) ?? []), { mechanism, iterations }]);
  const wanted = [...new Set(names ?? infos.keys())];
  return wanted.map((user) => {
    const fault = describeFault(user, names, infos.has(user));
    const credentialInfos = fault === null ? (infos.get(user) ?? []) : [];
    return { user, errorCode: 0, errorMessage: null, ...fault, credentialInfos };
  });
}

function describeFault(user: string, names: readonly string[] | null, isKnown: boolean): CommandError | null {
  if (names !== null && names.filter((name) => name === user).length > 1) {
    const twice = `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`;
    return refusal(ErrorCode.DUPLICATE_RESOURCE, twice);
  }
  if (isKnown) return null;
  const missing = `Attempt to describe a user credential that does not exist: ${user}`;
  return refusal(ErrorCode.RESOURCE_NOT_FOUND, missing);
}
