/** DescribeUserScramCredentials 0: which mechanisms users have, and with how many iterations; never a secret (KIP-554). */
import {
  describeUserScramCredentialsRequest,
  describeUserScramCredentialsResponse,
} from '../../protocol/messages/50-describe-user-scram-credentials.ts';
import { describeScramUsers } from '../controller/scram-users.ts';
import { defineControllerApi } from './api-handler.ts';

export const describeUserScramCredentials = defineControllerApi({
  request: describeUserScramCredentialsRequest,
  response: describeUserScramCredentialsResponse,
  minVersion: 0,
  maxVersion: 0,
  handle({ users }, _context, services) {
    // No user and no list of users mean the same, all of them.
    const names = users === null || users.length === 0 ? null : users.map(({ name }) => name);
    return { results: describeScramUsers(names, services.image()) };
  },
});
