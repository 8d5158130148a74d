/** AlterUserScramCredentials 0: gives users a password for SCRAM, or takes it away (KIP-554). */
import {
  alterUserScramCredentialsRequest,
  alterUserScramCredentialsResponse,
} from '../../protocol/messages/51-alter-user-scram-credentials.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf, refusalWith, type Refusal } from './refusal.ts';

type Changes = Record<'deletions' | 'upsertions', readonly { readonly name: string }[]>;

/** Each user of the request, once. */
function refused({ deletions, upsertions }: Changes, refusal: Refusal) {
  const users = new Set([...deletions, ...upsertions].map(({ name }) => name));
  return { results: [...users].map((user) => ({ user, ...refusal })) };
}

export const alterUserScramCredentials = defineControllerApi({
  request: alterUserScramCredentialsRequest,
  response: alterUserScramCredentialsResponse,
  minVersion: 0,
  maxVersion: 0,
  answeredBy: 'controller',
  failed: (request, errorCode) => refused(request, refusalWith(errorCode)),
  async handle(request, _context, { controller }) {
    try {
      return { results: await controller.alterScramUsers(request) };
    } catch (error) {
      return refused(request, refusalOf(error));
    }
  },
});
