'use client';

/** Who is in a group, from where, and which partitions each one was given. */
import { useMemo, useState } from 'react';
import { UserMinus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { GroupDetail, GroupMember } from '../../console/contracts/groups';
import { formatCount } from '../format/quantity';
import { FormWords } from '../layout/language/form-words';
import { useMayChange } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { useTableRows } from '../tables/use-table-rows';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { later, WhenAsked } from '../ui/later';
import { Section } from '../ui/section';
import { Value } from '../ui/value';

const RemoveMemberDialog = later(async () => (await import('./remove-member-dialog')).RemoveMemberDialog);

const none: readonly GroupMember[] = [];
const keyOf = (row: GroupMember): string => row.memberId;
const countOf = (row: GroupMember): number =>
  row.assignment.reduce((sum, each) => sum + each.partitions.length, 0);

function removal(
  t: ReturnType<typeof useTranslations<'group'>>,
  onRemove: (member: GroupMember) => void,
): Column<GroupMember> {
  return {
    id: 'actions',
    header: t('actions'),
    width: '6rem',
    align: 'end',
    card: 'wide',
    cell: (row) => (
      <Button
        tone="ghost"
        size="icon-sm"
        aria-label={t('removeMember', { client: row.clientId })}
        title={t('removeMember', { client: row.clientId })}
        onClick={() => onRemove(row)}
      >
        <UserMinus aria-hidden className="size-3.5" />
      </Button>
    ),
  };
}

export function GroupMembers({ group }: { group: GroupDetail | undefined }) {
  const t = useTranslations('group');
  const all = group?.members ?? none;
  const may = useMayChange();
  const [removed, setRemoved] = useState<GroupMember | null>(null);
  const columns = useMemo<Column<GroupMember>[]>(
    () => [
      {
        id: 'clientId',
        header: t('client'),
        sort: (row) => row.clientId,
        cell: (row) => <span className="font-medium text-ink">{row.clientId}</span>,
        card: 'title',
      },
      {
        id: 'host',
        header: t('host'),
        width: '12rem',
        sort: (row) => row.host,
        cell: (row) => <code className="text-soft">{row.host}</code>,
        card: 'beside',
      },
      {
        id: 'memberId',
        header: t('memberId'),
        from: 'lg',
        sort: (row) => row.memberId,
        cell: (row) => (
          <code title={row.memberId} className="text-dim">
            {row.memberId}
          </code>
        ),
        card: 'none',
      },
      {
        id: 'assignment',
        header: t('assignment'),
        cell: (row) => {
          const words = row.assignment
            .map((each) => `${each.topic} ${each.partitions.join(', ')}`)
            .join(' · ');
          return (
            <span title={words} className="text-soft tnum">
              {words === '' ? t('nothingAssigned') : words}
            </span>
          );
        },
        card: 'wide',
      },
      {
        id: 'count',
        header: t('partitionsShort'),
        align: 'end',
        width: '8rem',
        sort: countOf,
        cell: (row) => <Value kind="count" value={countOf(row)} />,
      },
      ...(may ? [removal(t, setRemoved)] : []),
    ],
    [may, t],
  );
  const table = useTableRows(all, columns, keyOf, 'clientId', '', 'members');
  return (
    <Section title={t('memberTable')} note={group === undefined ? undefined : formatCount(all.length)}>
      <DataTable
        label={t('memberTable')}
        rows={table.rows}
        columns={columns}
        keyOf={keyOf}
        sort={table.sort}
        onSort={table.toggleSort}
        loading={group === undefined}
        empty={
          <EmptyState className="py-6" title={t('noMembersTitle')}>
            {t('noMembersMeaning')}
          </EmptyState>
        }
      />
      <WhenAsked when={group !== undefined && removed !== null}>
        {group === undefined || removed === null ? null : (
          <FormWords>
            <RemoveMemberDialog group={group} member={removed} onClose={() => setRemoved(null)} />
          </FormWords>
        )}
      </WhenAsked>
    </Section>
  );
}
