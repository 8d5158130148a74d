/** Which errors of drivers say something of the database itself, and which only of what was asked. */
import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils';
import { expect, it } from 'vitest';
import { isWriteConflict, translated } from './database-failure.ts';
import { StoreError } from './store-error.ts';

const adapterError = (cause: object): Error => new DriverAdapterError(cause as MappedError);
const kindOf = (kind: 'sqlite' | 'postgresql' | 'mysql', error: unknown): string | null => {
  const found = translated(kind, 'here', error);
  if (isWriteConflict(found)) return 'conflict';
  return found instanceof StoreError ? found.kind : null;
};

it.each([
  ['sqlite', { kind: 'SocketTimeout', originalCode: '5' }, 'busy'],
  ['sqlite', { kind: 'SocketTimeout', originalCode: '261' }, 'busy'],
  ['sqlite', { kind: 'sqlite', originalCode: '13' }, 'full'],
  ['sqlite', { kind: 'sqlite', originalCode: '778', message: 'disk I/O error' }, 'io'],
  ['sqlite', { kind: 'sqlite', originalCode: '1032' }, 'io'],
  ['sqlite', { kind: 'sqlite', originalCode: '1', message: 'no such function' }, null],
  ['sqlite', { kind: 'UniqueConstraintViolation', originalCode: '2067' }, null],
  ['postgresql', { kind: 'DatabaseNotReachable', host: 'h' }, 'unreachable'],
  ['postgresql', { kind: 'ConnectionClosed' }, 'unreachable'],
  ['postgresql', { kind: 'TransactionWriteConflict', originalCode: '40001' }, 'conflict'],
  ['postgresql', { kind: 'postgres', originalCode: '53100', code: '53100' }, 'full'],
  ['postgresql', { kind: 'postgres', originalCode: '57P01' }, 'unreachable'],
  ['postgresql', { kind: 'postgres', originalCode: '08006' }, 'unreachable'],
  ['postgresql', { kind: 'postgres', originalCode: '25006' }, 'io'],
  ['postgresql', { kind: 'postgres', originalCode: '57014' }, 'busy'],
  ['postgresql', { kind: 'postgres', originalCode: '42601', message: 'syntax error' }, null],
  ['mysql', { kind: 'mysql', originalCode: '1205' }, 'busy'],
  ['mysql', { kind: 'mysql', originalCode: '45028', message: 'pool timeout' }, 'unreachable'],
  ['mysql', { kind: 'mysql', originalCode: '1114' }, 'full'],
  ['mysql', { kind: 'mysql', originalCode: '1030', message: 'Got error 28 from storage engine' }, 'full'],
  ['mysql', { kind: 'mysql', originalCode: '1290' }, 'io'],
  ['mysql', { kind: 'TransactionWriteConflict', originalCode: '1213' }, 'conflict'],
  ['mysql', { kind: 'mysql', originalCode: '1064' }, null],
] as const)('%s %o: %s', (kind, cause, expected) => {
  expect(kindOf(kind, adapterError(cause))).toBe(expected);
});

it('reads the driver itself, too, and tells of it with what to do', () => {
  expect(kindOf('postgresql', Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toBe('unreachable');
  expect(kindOf('postgresql', new Error('timeout exceeded when trying to connect'))).toBe('unreachable');
  expect(kindOf('postgresql', new Error('Query read timeout'))).toBe('unreachable');
  expect(kindOf('postgresql', new TypeError('x is not a function'))).toBeNull();
  const known = translated(
    'mysql',
    '"a" on h:3306',
    adapterError({ kind: 'mysql', originalCode: '2013', message: 'lost' }),
  );
  expect(known).toMatchObject({
    retriable: true,
    message: expect.stringMatching(/"a" on h:3306 cannot be reached.*Start the server/) as string,
  });
});
