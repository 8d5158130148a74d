/** Test support: a process that takes a SQLite file's write lock, says so, and keeps it until its input ends or a time is over. */
import { createClient } from '@libsql/client';

const [file = '', holdMs = '20000'] = process.argv.slice(2);
const client = createClient({ url: `file:${file}`, timeout: 10_000 });
await client.execute('BEGIN IMMEDIATE');
process.stdout.write('held\n');
const release = async (): Promise<never> => {
  await client.execute('ROLLBACK');
  client.close();
  process.exit(0);
};
setTimeout(() => void release(), Number(holdMs));
process.stdin.on('end', () => void release());
process.stdin.resume();
