/**
 * Errors as the console answers them: RFC 9457 problem details.
 *
 * Owns the list of problem types with their status and title, once. `type` is a URI reference below
 * /problems/, so that a script can compare the last path part, and a person can look it up.
 * Does not own the mapping from failures to types: services raise ConsoleError with one of these names.
 */
import { z } from 'zod';

export const problemTypes = {
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  role: { status: 403, title: 'Your role does not allow this' },
  'people-only': { status: 403, title: 'Only for people who signed in' },
  'cross-site': { status: 403, title: 'The request came from another site' },
  'internal-topic': { status: 403, title: 'Kafka uses this topic itself' },
  'wrong-topic-token': { status: 403, title: 'The topic token is not right' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'This does not go together with the present state' },
  'already-exists': { status: 409, title: 'It exists already' },
  'deletion-disabled': { status: 409, title: 'Topics cannot be deleted here' },
  'last-admin': { status: 409, title: 'One administrator has to stay' },
  'configured-cluster': { status: 409, title: 'This cluster is named by the configuration' },
  'group-active': { status: 409, title: 'The group has members' },
  'read-only': { status: 409, title: 'This cluster is only watched' },
  'too-large': { status: 413, title: 'The request is too large' },
  'content-type': { status: 415, title: 'The body has to be application/json' },
  invalid: { status: 422, title: 'A field does not hold what it should' },
  confirm: { status: 422, title: 'The confirmation does not match' },
  'refused-by-kafka': { status: 422, title: 'Kafka refused it' },
  'too-many-tries': { status: 429, title: 'Too many tries' },
  'too-many-tests': { status: 429, title: 'Too many tests at once' },
  'too-many-readings': { status: 429, title: 'Too many readings at once' },
  'too-many-streams': { status: 429, title: 'Too many open streams' },
  internal: { status: 500, title: 'Something went wrong here' },
  'cluster-unreachable': { status: 503, title: 'The cluster does not answer' },
  'not-ready': { status: 503, title: 'Not ready yet' },
  'outcome-unknown': { status: 504, title: 'It is not known whether this happened' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof problemTypes;

export const problemTypeSchema = z.enum(Object.keys(problemTypes) as [ProblemType, ...ProblemType[]]);

/** `type` is the plain name (`wrong-topic-token`), a relative URI reference; `errors` maps a field's path to what is wrong. */
export const problemSchema = z
  .object({
    type: problemTypeSchema,
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z.record(z.string(), z.string()).optional(),
    retryAfterSeconds: z.number().int().optional(),
    triesLeft: z
      .number()
      .int()
      .optional()
      .describe('of a wrong topic token: how many more may be before the right one is refused, too'),
    id: z.string().optional().describe('names the line in the console log, on 500 only'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

export type Problem = z.infer<typeof problemSchema>;
