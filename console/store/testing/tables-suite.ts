/** Accounts, audit, settings, clusters and what is counted: the same on every database, also when two come at once. */
import { beforeEach, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { dialectOf } from '../dialect/dialect.ts';
import { countAudit, insertAudit, readAudit } from '../audit.ts';
import { countChanges, oldestChange, readChanges, sweepChanges, writeChanges } from '../changes.ts';
import { reserveTry, secondsUntilFree, takeBackTries } from '../failed-tries.ts';
import { sweepDetached } from '../detached-history.ts';
import { ListedWriter } from './listed-writer.ts';
import { deleteSessionsExpiredBefore, findSession, insertSession } from '../sessions.ts';
import { readSetting, writeSetting } from '../settings.ts';
import { transact } from '../transact.ts';
import { again } from './again.ts';
import { changeUser, deleteUser } from '../users.ts';
import { deleteUserCluster, insertUserCluster, readUserClusters } from '../user-clusters.ts';

const at = new Date('2026-01-05T12:00:00.007Z');
const key = Buffer.alloc(32, 7);

export function tablesSuite(current: () => Database): void {
  let database: Database;
  beforeEach(async () => {
    database = current();
    for (const table of [
      'user',
      'setting',
      'auditEntry',
      'failedTry',
      'cluster',
      'lease',
      'series',
      'round',
      'sample',
      'clusterChange',
    ] as const) {
      await (database[table] as { deleteMany(): Promise<unknown> }).deleteMany();
    }
  });

  const addUser = (name: string, role = 'admin'): Promise<unknown> =>
    database.user.create({
      data: { id: `id ${name}`, name, passwordHash: 'x', role, createdAt: at },
    });

  it('tells names apart by case, and two of one name never', async () => {
    await addUser('ann');
    await addUser('Ann');
    await expect(addUser('ann')).rejects.toMatchObject({ code: 'P2002' });
    const names = await database.user.findMany({ orderBy: { name: 'asc' } });
    expect(names.map(({ name }) => name)).toEqual(['Ann', 'ann']);
    expect(await database.user.findUnique({ where: { name: 'ANN' } })).toBeNull();
  });

  it('keeps one administrator who can sign in, whatever two of them do to each other at once', async () => {
    const ways = {
      deleted: (id: string) => deleteUser(database, id),
      demoted: (id: string) => changeUser(database, id, { role: 'viewer' }),
      disabled: (id: string) => changeUser(database, id, { disabled: true }),
    };
    const all = Object.values(ways);
    for (const [first, one] of all.entries()) {
      for (const other of all.slice(first)) {
        await database.user.deleteMany();
        for (const name of ['ann', 'ben']) await addUser(name);
        await database.user.create({
          data: { id: 'elsewhere', name: 'eve', passwordHash: '', role: 'admin', createdAt: at },
        });
        const outcomes = await Promise.all([again(() => one('id ann')), again(() => other('id ben'))]);
        expect(outcomes.filter((each) => 'refused' in each)).toEqual([{ refused: 'last-admin' }]);
        const left = { role: 'admin', disabled: false, passwordHash: { not: '' } };
        const [stays] = await database.user.findMany({ where: left });
        expect(await database.user.count({ where: left })).toBe(1);
        for (const way of all) {
          expect(await way(stays?.id ?? '')).toEqual({ refused: 'last-admin' });
        }
      }
    }
  });

  it('keeps times to the millisecond, long texts, large numbers and every character', async () => {
    const text = `${'ä€😀\n"\\\'`$1 ?'.repeat(2_000)}`;
    await writeSetting(database, 'long', text, at);
    const row = await database.setting.findUniqueOrThrow({ where: { key: 'long' } });
    expect(row).toEqual({ key: 'long', value: text, updatedAt: at });
    const expiresAtMs = 9_007_199_254_740_993n;
    await database.lease.create({ data: { name: 'x', holder: 'y', expiresAtMs } });
    expect((await database.lease.findUniqueOrThrow({ where: { name: 'x' } })).expiresAtMs).toBe(expiresAtMs);
  });

  it('keeps times past the last second of 32 bits', async () => {
    const later = new Date('2038-01-19T03:14:08.007Z');
    await writeSetting(database, 'k', 'v', later);
    expect((await database.setting.findUniqueOrThrow({ where: { key: 'k' } })).updatedAt).toEqual(later);
    await addUser('ann');
    const session = { id: 's', userId: 'id ann', tokenVersion: 0, ip: '::1', userAgent: '', createdAt: at };
    await insertSession(database, { ...session, lastSeenAt: at, expiresAt: later });
    await deleteSessionsExpiredBefore(database, new Date(later.getTime() - 1));
    expect((await findSession(database, 's'))?.session.expiresAt).toEqual(later);
    await deleteSessionsExpiredBefore(database, new Date(later.getTime() + 1));
    expect(await findSession(database, 's')).toBeNull();
  });

  it('keeps what changed in its order, leaves out what it does not understand, and lets go of what is old', async () => {
    const lost = (brokerId: number, atMs: number) => {
      return {
        atMs,
        sinceMs: brokerId === 1 ? null : atMs - 10,
        change: { kind: 'broker-lost' as const, brokerId },
      };
    };
    const named = { kind: 'topics-created' as const, count: 1, topics: ['<b>\u202e"\'\\ä😀'] };
    const seen = [
      lost(1, 1_700_000_000_000),
      { ...lost(2, 1_700_000_000_500), change: named },
      lost(3, 1_700_000_000_500),
    ];
    await writeChanges(database, 'a', seen);
    await writeChanges(database, 'b', [lost(9, 1_700_000_000_000)]);
    await writeChanges(database, 'a', []);
    const change = JSON.stringify({ kind: 'of-a-newer-version' });
    await database.clusterChange.create({ data: { cluster: 'a', atMs: 1_700_000_000_900n, change } });
    expect(await readChanges(database, 'a', 0)).toEqual(seen);
    expect(await readChanges(database, 'a', 1_700_000_000_001)).toEqual(seen.slice(1));
    expect(await readChanges(database, 'a', 0, 1_700_000_000_500)).toEqual(seen.slice(0, 1));
    expect(await countChanges(database, 'a', 0)).toBe(4);
    expect(await countChanges(database, 'a', 1, 1_700_000_000_500)).toBe(1);
    expect(await oldestChange(database, 'a')).toEqual(seen[0]);
    expect(await oldestChange(database, 'nobody')).toBeNull();
    expect(await sweepChanges(database, 1_700_000_000_500)).toBe(2);
    expect(await readChanges(database, 'a', 0)).toEqual(seen.slice(1));
    // Of each cluster the newest stay, also among those of one moment.
    await writeChanges(database, 'b', [lost(8, 1_700_000_000_600)]);
    expect(await sweepChanges(database, 0, 2)).toBe(1);
    expect(await readChanges(database, 'a', 0)).toEqual(seen.slice(2));
    expect(await readChanges(database, 'b', 0)).toHaveLength(1);
  });

  it('writes one setting from many sides at once', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => writeSetting(database, 'k', String(index), at)),
    );
    expect(await database.setting.count()).toBe(1);
    expect(Number(await readSetting(database, 'k'))).toBeGreaterThanOrEqual(0);
  });

  it('loses no update of many transactions that read before they write', async () => {
    await writeSetting(database, 'sum', '0', at);
    await Promise.all(
      Array.from({ length: 8 }, () =>
        again(() =>
          transact(database, async (inside) => {
            const { value } = await inside.setting.findUniqueOrThrow({ where: { key: 'sum' } });
            await inside.setting.update({
              where: { key: 'sum' },
              data: { value: String(Number(value) + 1) },
            });
          }),
        ),
      ),
    );
    expect(await readSetting(database, 'sum')).toBe('8');
  });

  it('keeps nothing of a transaction that fails', async () => {
    const failing = transact(database, async (inside) => {
      await inside.setting.create({ data: { key: 'half', value: 'x', updatedAt: at } });
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await readSetting(database, 'half')).toBeNull();
  });

  it('lets no more tries pass at once than the limit', async () => {
    const limit = { kind: 'sign-in', subject: 'ann', tries: 5, windowMs: 60_000 };
    const tries = await Promise.all(
      Array.from({ length: 9 }, () => again(() => reserveTry(database, [limit], 1_000_000))),
    );
    expect(tries.filter((each) => 'ids' in each)).toHaveLength(5);
    expect(await secondsUntilFree(database, limit, 1_000_000)).toBe(60);
    await takeBackTries(
      database,
      tries.flatMap((each) => ('ids' in each ? each.ids : [])),
    );
    expect(await secondsUntilFree(database, limit, 1_000_000)).toBe(0);
    const long = { ...limit, subject: 'x'.repeat(2_000) };
    expect(await reserveTry(database, [long], 1_000_000)).toHaveProperty('ids');
    expect(await secondsUntilFree(database, { ...long, tries: 1 }, 1_000_000)).toBe(60);
  });

  it('takes signs that mean something to the database for themselves, in what the audit is searched for', async () => {
    const entry = { at, actor: 'ann', ip: '::1', cluster: null, action: 'topic.create', detail: null };
    const targets = ['a_b', 'axb', '100%', '100 x', 'back\\slash', "it's", 'a*b?', '[ab]'];
    for (const target of targets) await insertAudit(database, { ...entry, target, result: 'ok' });
    await insertAudit(database, { ...entry, action: 'x_y.z', target: 'noun', result: 'ok' });
    await insertAudit(database, { ...entry, action: 'xzy.z', target: 'noun', result: 'ok' });
    const found = async (filter: Parameters<typeof countAudit>[1]): Promise<string[]> => {
      const rows = await readAudit(database, { filter, newestFirst: false, after: null, limit: 100 });
      expect(await countAudit(database, filter)).toBe(rows.length);
      return rows.map(({ target }) => target);
    };
    for (const target of targets) expect(await found({ target })).toEqual([target]);
    for (const search of ['_', '%', '\\', '0%', 'A_B', "'"])
      expect(await found({ search })).toEqual(
        [...targets, 'noun'].filter((each) =>
          `${each} ${each === 'noun' ? 'x_y' : ''}`.toLowerCase().includes(search.toLowerCase()),
        ),
      );
    expect(await found({ action: 'x_y' })).toEqual(['noun']);
    expect(await found({ action: '%' })).toEqual([]);
    expect(await found({ action: 'topic' })).toEqual(targets);
    expect(await found({ search: '' })).toHaveLength(targets.length + 2);
  });

  it('finds a part of a text of the audit whatever its case', async () => {
    const entry = { at, actor: 'Ann', ip: '::1', action: 'topic.create', result: 'ok' };
    await database.auditEntry.create({ data: { ...entry, target: 'Orders_100%' } });
    await database.auditEntry.create({ data: { ...entry, target: 'payments', detail: 'd'.repeat(9_000) } });
    const count = (text: string): Promise<number> =>
      database.auditEntry.count({ where: { target: dialectOf(database).holding(text) } });
    expect([await count('orders'), await count('ORDERS_'), await count('ann')]).toEqual([1, 1, 0]);
  });

  it('lets a cluster go with its history, in pieces', async () => {
    const record = {
      ...{ id: 'mine', name: 'Mine', bootstrap: ['a:1'], readOnly: false },
      access: { tls: null, sasl: { mechanism: 'PLAIN' as const, username: 'u', password: 'secret' } },
    };
    const author = { by: 'ann', at };
    const asked = [record, record].map((each) =>
      insertUserCluster(database, key, { ...each, metrics: [] }, author),
    );
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    expect((await readUserClusters(database, key))[0]).toMatchObject({
      isOpened: true,
      access: { sasl: { password: 'secret' } },
    });
    const labels = { topic: '', group: '', broker: '', partition: '' };
    const samples = Array.from({ length: 12 }, (_, index) => ({
      ...{ name: 'topic.records', value: index },
      labels: { ...labels, topic: `t${String(index)}` },
    }));
    await new ListedWriter(database).write('mine', 3_600_000, samples);
    expect(await deleteUserCluster(database, 'mine', at)).toBe(true);
    expect(await database.series.count({ where: { cluster: 'mine' } })).toBe(0);
    await new ListedWriter(database).write('mine', 3_600_000, samples);
    while (await sweepDetached(database));
    expect(await database.series.count()).toBe(12);
    expect(await database.sample.count()).toBe(12);
  });
}
