/** The rows about users, tokens, sessions and the audit trail. */
import * as accounts from './accounts.ts';
import { get, remove, type Endpoint } from './endpoint.ts';

export const accountEndpoints = {
  listUsers: get({
    path: '/users',
    role: 'admin',
    summary: 'Users',
    query: accounts.userListQuerySchema,
    answer: accounts.userListSchema,
  }),
  createUser: {
    action: 'user.create',
    method: 'POST',
    path: '/users',
    role: 'admin',
    summary: 'Create a user',
    body: accounts.createUserSchema,
    answer: accounts.userSchema,
    success: 201,
  },
  changeUser: {
    action: 'user.change',
    method: 'PATCH',
    path: '/users/{id}',
    role: 'admin',
    summary: 'Change role, password or whether the user may sign in; ends the sessions',
    body: accounts.changeUserSchema,
    answer: accounts.userSchema,
    success: 200,
  },
  deleteUser: remove({ action: 'user.delete', path: '/users/{id}', role: 'admin', summary: 'Delete a user' }),
  listTokens: get({
    path: '/tokens',
    role: 'admin',
    summary: 'API tokens',
    query: accounts.tokenListQuerySchema,
    answer: accounts.tokenListSchema,
  }),
  createToken: {
    action: 'token.create',
    method: 'POST',
    path: '/tokens',
    role: 'admin',
    summary: 'Create an API token; it is shown this once',
    body: accounts.createTokenSchema,
    answer: accounts.createdTokenSchema,
    success: 201,
  },
  revokeToken: remove({
    action: 'token.revoke',
    path: '/tokens/{id}',
    role: 'admin',
    summary: 'Revoke an API token',
  }),
  listSessions: get({
    path: '/sessions',
    role: 'admin',
    summary: 'Open sessions',
    query: accounts.sessionListQuerySchema,
    answer: accounts.sessionListSchema,
  }),
  endSession: remove({
    action: 'session.end',
    path: '/sessions/{id}',
    role: 'admin',
    summary: 'End a session',
  }),
  listAudit: get({
    path: '/audit',
    role: 'admin',
    summary: 'Who changed what',
    query: accounts.auditListQuerySchema,
    answer: accounts.auditListSchema,
  }),
} as const satisfies Record<string, Endpoint>;
