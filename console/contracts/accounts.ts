/** Users, API tokens, sessions and the audit trail. No answer here holds a password, a hash or a token but the one that creates it. */
import { z } from 'zod';
import { clusterIdSchema, isoTimeSchema, listQuerySchema, listSchema, roleSchema } from './envelope.ts';
import { passwordLengthMin } from './limits.ts';

export const passwordLengthMax = 128;

export const userNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/,
    'use 1 to 64 of the characters a-z A-Z 0-9 . _ @ -, starting with a letter or digit',
  );
export const passwordSchema = z
  .string()
  .min(passwordLengthMin, `has to have at least ${passwordLengthMin} characters`)
  .max(passwordLengthMax, `can have at most ${passwordLengthMax} characters`);

/** A part in one cluster. Administrators are not limited, so there is no third role. */
export const clusterRoleSchema = z.strictObject({
  cluster: clusterIdSchema,
  role: z.enum(['viewer', 'operator']),
});
export type ClusterRole = z.infer<typeof clusterRoleSchema>;

export const clusterRolesMax = 200;
const clusterRolesSchema = z
  .array(clusterRoleSchema)
  .max(clusterRolesMax)
  .refine((rows) => new Set(rows.map(({ cluster }) => cluster)).size === rows.length, {
    message: 'names a cluster twice',
  })
  .nullable()
  .describe('null: all clusters; else only these, with the lesser of this role and the one of the account');

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    clusters: z.array(clusterRoleSchema).nullable(),
    source: z.enum(['local', 'oidc']).describe('oidc: signs in elsewhere, has no password here'),
    disabled: z.boolean(),
    createdAt: isoTimeSchema,
    lastLoginAt: isoTimeSchema.nullable(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;
export const userListSchema = listSchema(userSchema);
export const userListQuerySchema = listQuerySchema(['name', 'role', 'createdAt', 'lastLoginAt']);

export const createUserSchema = z.strictObject({
  name: userNameSchema,
  role: roleSchema,
  password: passwordSchema,
  clusters: clusterRolesSchema.optional(),
});
export type CreateUser = z.infer<typeof createUserSchema>;

export const changeUserSchema = z
  .strictObject({
    role: roleSchema.optional(),
    disabled: z.boolean().optional(),
    password: passwordSchema.optional(),
    clusters: clusterRolesSchema.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    message: 'name role, disabled, password or clusters',
  });
export type ChangeUser = z.infer<typeof changeUserSchema>;

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    createdBy: z.string(),
    owner: z
      .string()
      .nullable()
      .describe('the user whose own token it is: it may what they may, and goes with them; null: of nobody'),
    createdAt: isoTimeSchema,
    expiresAt: isoTimeSchema.nullable(),
    lastUsedAt: isoTimeSchema.nullable(),
  })
  .meta({ id: 'ApiToken' });
export type ApiToken = z.infer<typeof tokenSchema>;
export const tokenListSchema = listSchema(tokenSchema);
export const tokenListQuerySchema = listQuerySchema(['name', 'role', 'createdAt', 'expiresAt', 'lastUsedAt']);

export const createTokenSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters'),
  role: roleSchema,
  expiresInDays: z.number().int().min(1).max(3_650).nullable().default(null),
});
export type CreateToken = z.infer<typeof createTokenSchema>;
/** `token` is shown this once. */
export const createdTokenSchema = tokenSchema.extend({ token: z.string() }).meta({ id: 'CreatedApiToken' });
export type CreatedApiToken = z.infer<typeof createdTokenSchema>;

export const sessionSchema = z
  .object({
    id: z.string(),
    user: z.string(),
    ip: z.string(),
    userAgent: z.string(),
    current: z.boolean().describe('the one that asks'),
    createdAt: isoTimeSchema,
    lastSeenAt: isoTimeSchema,
    expiresAt: isoTimeSchema,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;
export const sessionListSchema = listSchema(sessionSchema);
export const sessionListQuerySchema = listQuerySchema(['user', 'createdAt', 'lastSeenAt']);

/** action is `noun.verb` (`topic.delete`), result is `ok`, `refused: REASON`, `failed: REASON` or `unknown: REASON`. */
export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: isoTimeSchema,
    actor: z.string(),
    ip: z.string(),
    action: z.string(),
    cluster: z.string().nullable(),
    target: z.string(),
    result: z.string(),
    detail: z.string().nullable().describe('what was changed, from what to what; secrets are left out'),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditListSchema = listSchema(auditEntrySchema);

const auditFilters = {
  search: z.string().max(249).optional(),
  actor: z.string().max(249).optional().describe('exactly this one'),
  action: z.string().max(100).optional().describe('topic.delete, or all of a noun: topic'),
  target: z.string().max(249).optional().describe('a part of it'),
  cluster: clusterIdSchema.optional(),
  outcome: z.enum(['ok', 'refused', 'failed', 'unknown']).optional(),
  from: isoTimeSchema.optional(),
  to: isoTimeSchema.optional(),
};
export const auditListQuerySchema = listQuerySchema(['at']).extend(auditFilters);
export const auditExportQuerySchema = z.object({
  ...auditFilters,
  format: z.enum(['csv', 'ndjson']).default('csv'),
});
export type AuditFilter = Partial<Omit<z.infer<typeof auditExportQuerySchema>, 'format'>>;
