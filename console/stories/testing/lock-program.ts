/** Test support: another program that holds a SQLite file's write lock until it is killed. */
import { createClient } from '@libsql/client';

const client = createClient({ url: process.argv[2] ?? '' });
await client.execute('PRAGMA busy_timeout = 60000');
await client.execute('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
setInterval(() => undefined, 1_000);
