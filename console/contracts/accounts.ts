/** Users, API tokens, sessions and the audit trail. No answer here holds a password, a hash or a token but the one that creates it. */
import { z } from 'zod';
import { isoTimeSchema, listQuerySchema, listSchema, roleSchema } from './envelope.ts';

export const passwordLengthMin = 8;
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

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
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
});
export type CreateUser = z.infer<typeof createUserSchema>;

export const changeUserSchema = z
  .strictObject({
    role: roleSchema.optional(),
    disabled: z.boolean().optional(),
    password: passwordSchema.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { message: 'name role, disabled or password' });
export type ChangeUser = z.infer<typeof changeUserSchema>;

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    createdBy: z.string(),
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
export const auditListQuerySchema = listQuerySchema(['at']);
