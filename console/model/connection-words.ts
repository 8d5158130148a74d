/**
 * Why there was no connection, in words for whoever gave the address. Pure. Node says it in three places: in the error itself, in its cause ("fetch
 * failed"), and, where a name has several addresses, in one error each of one without words.
 */

/** The error that says most. */
function tellingOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.message === '')
    return tellingOf((error.errors as unknown[]).at(0) ?? error.name);
  if (error instanceof TypeError && error.message === 'fetch failed' && error.cause !== undefined)
    return tellingOf(error.cause);
  return error;
}

const patterns: readonly [RegExp, string][] = [
  [/connect (ECONNREFUSED) (\S+)/, 'nobody listens at $2 ($1)'],
  [/connect (ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN) (\S+).*/, '$2 cannot be reached ($1)'],
  [/getaddrinfo (ENOTFOUND) (\S+)/, 'there is no host named $2 ($1)'],
  [/getaddrinfo (EAI_AGAIN) (\S+)/, 'no name server answers for $2 ($1)'],
];

/** What happened and where, with Node's own code for it; the error's words where nothing better is known. */
export function connectionWords(error: unknown): string {
  const telling = tellingOf(error);
  if (!(telling instanceof Error)) return String(telling);
  const { message, code } = telling as NodeJS.ErrnoException;
  for (const [pattern, words] of patterns) if (pattern.test(message)) return message.replace(pattern, words);
  return message === '' ? (code ?? telling.name) : message;
}
