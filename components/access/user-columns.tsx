'use client';

/** The columns of the table of users. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { User } from '../../console/contracts/accounts';
import { useSession } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { rowActionsColumn } from '../tables/row-actions';
import { Status } from '../ui/status';
import { Age } from '../ui/time';

interface UserActions {
  edit: (user: User) => void;
  remove: (user: User) => void;
}

function useFactColumns(): Column<User>[] {
  const t = useTranslations('users');
  const roles = useTranslations('user');
  const me = useSession().user.name;
  return useMemo<Column<User>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        sort: (user) => user.name,
        cell: (user) => (
          <span title={user.name}>
            <span className="font-medium text-ink">{user.name}</span>
            {user.name === me ? <span className="ml-2 text-dim">{t('you')}</span> : null}
          </span>
        ),
        card: 'title',
      },
      {
        id: 'state',
        header: t('state'),
        width: '9rem',
        sort: (user) => Number(user.disabled),
        cell: (user) => (
          <Status tone={user.disabled ? 'idle' : 'ok'}>{t(user.disabled ? 'isDisabled' : 'isActive')}</Status>
        ),
        card: 'beside',
      },
      {
        id: 'role',
        header: t('role'),
        width: '9rem',
        sort: (user) => user.role,
        cell: (user) => roles(`role.${user.role}`),
      },
      {
        id: 'clusters',
        header: t('clusters'),
        width: '18rem',
        cell: (user) => {
          if (user.clusters === null) return <span className="text-dim">{t('all')}</span>;
          const text = user.clusters
            .map(({ cluster, role }) => `${cluster} (${roles(`role.${role}`)})`)
            .join(', ');
          return <span title={text}>{text === '' ? t('noCluster') : text}</span>;
        },
        card: 'wide',
      },
      {
        id: 'source',
        header: t('signsIn'),
        width: '11rem',
        from: 'lg',
        sort: (user) => user.source,
        cell: (user) => <span className="text-soft">{t(`source.${user.source}`)}</span>,
      },
      {
        id: 'lastLoginAt',
        header: t('lastLogin'),
        width: '9rem',
        sort: (user) => user.lastLoginAt,
        cell: (user) =>
          user.lastLoginAt === null ? (
            <span className="text-dim">{t('never')}</span>
          ) : (
            <Age at={user.lastLoginAt} />
          ),
      },
    ],
    [me, roles, t],
  );
}

export function useUserColumns({ edit, remove }: UserActions): Column<User>[] {
  const t = useTranslations('users');
  const facts = useFactColumns();
  return useMemo<Column<User>[]>(
    () => [
      ...facts,
      rowActionsColumn(t('actions'), (user) => ({
        edit: { label: t('editNamed', { name: user.name }), run: () => edit(user) },
        remove: { label: t('deleteNamed', { name: user.name }), run: () => remove(user) },
      })),
    ],
    [edit, facts, remove, t],
  );
}
