/**
 * How the connection to a database server is encrypted, from the options of its URL and for both drivers: `sslmode` as
 * PostgreSQL's libpq names it (`require` encrypts without asking who answers, `verify-full` asks), `sslrootcert` whom to trust.
 */
import { readFileSync } from 'node:fs';
import type { ServerPlace } from '../database-url.ts';

export interface ServerTls {
  readonly rejectUnauthorized: boolean;
  readonly ca?: Buffer;
}

/** False: not encrypted. Throws the file system's error for a certificate that cannot be read. */
export function tlsOf({ options }: ServerPlace): ServerTls | false {
  const mode = options['sslmode'] ?? 'disable';
  if (mode === 'disable') return false;
  const file = options['sslrootcert'];
  return {
    rejectUnauthorized: mode === 'verify-full',
    ...(file === undefined ? {} : { ca: readFileSync(file) }),
  };
}
