/**
 * SCRAM credentials of users: which there are, and sets or removes single ones (KIP-554). The password is salted and hashed here; no
 * broker ever sees it.
 */
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { ErrorCode } from '../../protocol/errors.ts';
import {
  describeUserScramCredentialsRequest,
  describeUserScramCredentialsResponse,
} from '../../protocol/messages/50-describe-user-scram-credentials.ts';
import {
  alterUserScramCredentialsRequest,
  alterUserScramCredentialsResponse,
} from '../../protocol/messages/51-alter-user-scram-credentials.ts';
import { apiCall } from '../api-call.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const describeApi = apiCall(describeUserScramCredentialsRequest, describeUserScramCredentialsResponse);
const alterApi = apiCall(alterUserScramCredentialsRequest, alterUserScramCredentialsResponse);
const SALT_BYTES = 20;
const MECHANISMS = {
  'SCRAM-SHA-256': { code: 1, hash: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { code: 2, hash: 'sha512', bytes: 64 },
} as const;

export type ScramMechanism = keyof typeof MECHANISMS;
export const SCRAM_MECHANISMS = Object.keys(MECHANISMS) as readonly ScramMechanism[];

export interface ScramUser {
  readonly user: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly credentials: readonly { readonly mechanism: string; readonly iterations: number }[];
}

export interface ScramCredential {
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
  readonly password: string;
}

const derive = promisify(pbkdf2);

/** Of these users, or of all without any; who has none is not among them. @throws ClientError */
export async function describeScramUsers(
  cluster: KafkaCluster,
  users: readonly string[],
): Promise<ScramUser[]> {
  const wanted = users.length === 0 ? null : users.map((name) => ({ name }));
  const answer = await cluster.call('any', describeApi, { users: wanted });
  if (answer.errorCode !== 0) throw brokerError('SCRAM credentials', answer.errorCode, answer.errorMessage);
  return answer.results
    .filter(({ errorCode }) => errorCode !== ErrorCode.RESOURCE_NOT_FOUND)
    .map(({ credentialInfos, ...told }) => ({
      ...told,
      credentials: credentialInfos.map(({ mechanism, iterations }) => ({
        ...{ mechanism: mechanismNamed(mechanism), iterations },
      })),
    }));
}

const mechanismNamed = (code: number): string =>
  SCRAM_MECHANISMS.find((name) => MECHANISMS[name].code === code) ?? 'UNKNOWN';

/** @throws ClientError */
export async function alterScramUser(
  cluster: KafkaCluster,
  name: string,
  set: readonly ScramCredential[],
  remove: readonly ScramMechanism[],
): Promise<void> {
  const upsertions = await Promise.all(
    set.map(async ({ mechanism, iterations, password }) => {
      const { code, hash, bytes } = MECHANISMS[mechanism];
      const salt = randomBytes(SALT_BYTES);
      const saltedPassword = await derive(password, salt, iterations, bytes, hash);
      return { name, mechanism: code, iterations, salt, saltedPassword };
    }),
  );
  const deletions = remove.map((mechanism) => ({ name, mechanism: MECHANISMS[mechanism].code }));
  const { results } = await cluster.call('any', alterApi, { deletions, upsertions }, { once: true });
  for (const { errorCode, errorMessage } of results)
    if (errorCode !== 0) throw brokerError(`user ${name}`, errorCode, errorMessage);
}
