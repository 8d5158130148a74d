/** A lease has one holder, also over two connections. */
import { beforeEach, expect, it } from 'vitest';
import { openDatabase, type Database } from '../database.ts';
import { holdLease, LEASE_MS, leaseHolder, releaseLease, takeLeaseOver } from '../lease.ts';

export function leaseSuite(current: () => Database, where: () => string): void {
  let database: Database;
  beforeEach(async () => {
    database = current();
    await database.lease.deleteMany();
  });

  it('has one holder until it runs out', async () => {
    expect(await holdLease(database, 'collect', 'a', 0)).toBe(true);
    expect(await holdLease(database, 'collect', 'b', 0)).toBe(false);
    expect(await holdLease(database, 'collect', 'a', 10_000)).toBe(true);
    expect(await holdLease(database, 'collect', 'b', LEASE_MS + 10_000)).toBe(false);
    expect(await holdLease(database, 'collect', 'b', LEASE_MS + 10_001)).toBe(true);
    expect(await holdLease(database, 'collect', 'a', LEASE_MS + 10_002)).toBe(false);
  });

  it('goes to exactly one of many that ask at once, over two connections', async () => {
    const second = await openDatabase(where());
    const won = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        holdLease(index % 2 === 0 ? database : second, 'collect', String(index), 0),
      ),
    );
    await second.$disconnect();
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await leaseHolder(database, 'collect')).toBe(String(won.indexOf(true)));
  });

  it('can be given up, and taken from one who is gone', async () => {
    await holdLease(database, 'collect', 'a', 0);
    await releaseLease(database, 'collect', 'b');
    expect(await takeLeaseOver(database, 'collect', 'b', 'c', 0)).toBe(false);
    expect(await takeLeaseOver(database, 'collect', 'a', 'c', 0)).toBe(true);
    await releaseLease(database, 'collect', 'c');
    expect(await holdLease(database, 'collect', 'a', 0)).toBe(true);
  });

  it('does not stay with a holder whose clock ran far ahead', async () => {
    await holdLease(database, 'collect', 'a', 3_600_000);
    expect(await holdLease(database, 'collect', 'b', 0)).toBe(true);
  });
}
