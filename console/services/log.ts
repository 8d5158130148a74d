/** The console's log: one JSON line an event on stdout, escaped by JSON, at most 8 KiB. Never given secrets or bodies. */
const lineLengthMax = 8_192;

export function logEvent(
  level: 'info' | 'warn' | 'error',
  event: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  const line = JSON.stringify({ at: new Date().toISOString(), level, event, ...fields });
  process.stdout.write(`${line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)}"...cut` : line}\n`);
}

/** What an error says for the log: name, message and the chain of causes, without the stack unless asked for. */
export function errorFields(error: unknown, withStack = false): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { error: `${error.name}: ${error.message}`, ...(withStack ? { stack: error.stack } : {}), ...cause };
}
