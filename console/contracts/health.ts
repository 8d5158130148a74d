/** GET /health: open to everybody, so it says nothing but that pages are served, and by which version. */
import { z } from 'zod';

export const healthSchema = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;
