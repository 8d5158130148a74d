'use client';

/** Who may sign in and what they may, and who is signed in now: for administrators. */
import { useMemo, useState } from 'react';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { User } from '../../console/contracts/accounts';
import { useProblemWords } from '../data/problem-words';
import { useDeleteUser, useSessions, useUsers } from '../data/use-accounts';
import { ListPage } from '../layout/list-page';
import { ListTable } from '../tables/list-table';
import { SearchField } from '../tables/table-bar';
import { useUrlParameter } from '../tables/url-state';
import { useTableRows } from '../tables/use-table-rows';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { toast } from '../ui/toaster';
import { SessionsSection } from './sessions-section';
import { useUserColumns } from './user-columns';
import { NEW_USER, UserDialog } from './user-dialog';

const none: readonly User[] = [];
const keyOf = (user: User): string => user.id;

function Answer({ users }: { users: readonly User[] }) {
  const t = useTranslations('users');
  const sessions = useSessions('all').data?.items ?? [];
  const admins = users.filter(({ role, disabled }) => role === 'admin' && !disabled).length;
  const signedIn = new Set(sessions.map(({ user }) => user)).size;
  return <p>{t('answer', { users: users.length, admins, signedIn })}</p>;
}

function DeleteDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const t = useTranslations('users');
  const words = useProblemWords();
  const remove = useDeleteUser();
  return (
    <ConfirmDialog
      open={user !== null}
      onClose={onClose}
      title={t('deleteTitle', { name: user?.name ?? '' })}
      description={t('deleteMeaning')}
      action={t('delete')}
      busy={remove.isPending}
      onConfirm={() => {
        if (user === null) return;
        remove.mutate(user.id, {
          onSuccess: () => toast(t('deleted', { name: user.name })),
          onError: (error) => toast(words(error), 'bad'),
          onSettled: onClose,
        });
      }}
    />
  );
}

export function UsersPage() {
  const t = useTranslations('users');
  const users = useUsers();
  const [search, setSearch] = useUrlParameter('q', '');
  const [editing, setEditing] = useState<User | typeof NEW_USER | null>(null);
  const [deleting, setDeleting] = useState<User | null>(null);
  const columns = useUserColumns({ edit: setEditing, remove: setDeleting });
  const all = users.data?.items ?? none;
  const found = useMemo(
    () => all.filter(({ name, role }) => `${name} ${role}`.toLowerCase().includes(search.toLowerCase())),
    [all, search],
  );
  const table = useTableRows(found, columns, keyOf, 'name', search);
  return (
    <>
      <ListPage
        title={t('title')}
        asked={users}
        failed={t('failed')}
        answer={<Answer users={all} />}
        actions={
          <Button tone="primary" onClick={() => setEditing(NEW_USER)}>
            <Plus aria-hidden className="size-4" />
            {t('add')}
          </Button>
        }
      >
        <div className="pb-6">
          <ListTable
            label={t('title')}
            table={table}
            total={all.length}
            bar={<SearchField value={search} onChange={setSearch} label={t('search')} />}
            columns={columns}
            keyOf={keyOf}
            loading={users.isPending}
            empty={<EmptyState className="py-6" title={t('noMatch')} />}
          />
        </div>
      </ListPage>
      <SessionsSection whose="all" />
      <UserDialog editing={editing} onClose={() => setEditing(null)} />
      <DeleteDialog user={deleting} onClose={() => setDeleting(null)} />
    </>
  );
}
