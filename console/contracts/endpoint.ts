/** What one row of the table of endpoints says, and short forms for the two commonest kinds of row. */
import type { z } from 'zod';
import type { Role } from './envelope.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Endpoint {
  method: Method;
  path: string;
  role: Role | null;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType | null;
  success: 200 | 201 | 204;
  form?: 'json' | 'stream' | 'download';
  /** Only for people who signed in: an API token has no account, sessions or tokens of its own. */
  people?: true;
  /** What the audit trail calls it; every endpoint that changes something has one. */
  action?: string;
}

export const get = <const E extends Omit<Endpoint, 'method' | 'success'>>(endpoint: E) =>
  ({ method: 'GET', success: 200, ...endpoint }) as const;
export const remove = <const E extends Omit<Endpoint, 'method' | 'success' | 'answer'>>(endpoint: E) =>
  ({ method: 'DELETE', success: 204, answer: null, ...endpoint }) as const;
