/** One's own account: who one is, one's password, sessions and API tokens. For people who signed in; a token has no account. */
import { z } from 'zod';
import { createTokenSchema, passwordSchema, userSchema } from './accounts.ts';

export const accountSchema = z
  .object({
    ...userSchema.shape,
    hasPassword: z.boolean().describe('false for those who sign in elsewhere'),
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof accountSchema>;

/** The present one is only compared, so it is not held to the rules of new ones. */
export const changePasswordSchema = z.strictObject({
  current: z.string().max(1_000),
  password: passwordSchema,
});
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** A token may at most what its owner may; longer than a year it does not live. */
export const createOwnTokenSchema = createTokenSchema.extend({
  expiresInDays: z.number().int().min(1).max(366),
});
export type CreateOwnToken = z.infer<typeof createOwnTokenSchema>;
