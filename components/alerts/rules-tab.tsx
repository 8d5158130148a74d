'use client';

/** The rules: what is watched, over which limit for how long, who is told. */
import { useMemo, useState } from 'react';
import { Plus } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { AlertRule } from '../../console/contracts/alerts';
import type { Channel } from '../../console/contracts/channels';
import { useProblemWords } from '../data/problem-words';
import { useAlertRules, useChannels, useDeleteRule } from '../data/use-alerts';
import { formatDuration } from '../format/duration';
import { FormWords } from '../layout/language/form-words';
import { useMay } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { rowActionsColumn } from '../tables/row-actions';
import { useTableRows } from '../tables/use-table-rows';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { later, WhenAsked } from '../ui/later';
import { Status, type Tone } from '../ui/status';
import { toast } from '../ui/toaster';
import { useConditionWords } from './condition-words';
import { useAskedRule } from './use-asked-rule';

const RuleDialog = later(async () => (await import('./rule-dialog')).RuleDialog);

const none: readonly AlertRule[] = [];
const noChannels: readonly Channel[] = [];
const keyOf = (rule: AlertRule): string => rule.id;
const tones: Record<AlertRule['state'], Tone> = {
  ok: 'ok',
  pending: 'warn',
  firing: 'bad',
  unknown: 'unknown',
};

interface RuleActions {
  readonly edit: (ruleId: string) => void;
  readonly remove: (rule: AlertRule) => void;
  readonly may: boolean;
}

function useRuleColumns(
  channels: readonly Channel[],
  { edit, remove, may }: RuleActions,
): Column<AlertRule>[] {
  const t = useTranslations('alerts');
  const locale = useLocale();
  const conditionWords = useConditionWords();
  return useMemo<Column<AlertRule>[]>(() => {
    const columns: Column<AlertRule>[] = [
      {
        id: 'name',
        header: t('rule'),
        sort: (rule) => rule.name,
        cell: (rule) => <span className="font-medium text-ink">{rule.name}</span>,
        card: 'title',
      },
      {
        id: 'state',
        header: t('stateHeader'),
        width: '9rem',
        sort: (rule) => rule.state,
        cell: (rule) =>
          rule.enabled ? (
            <Status tone={tones[rule.state]}>{t(`ruleState.${rule.state}`)}</Status>
          ) : (
            <Status tone="idle">{t('ruleState.off')}</Status>
          ),
        card: 'beside',
      },
      {
        id: 'condition',
        header: t('condition'),
        width: '34%',
        cell: (rule) => (
          <span className="text-soft tnum">
            {rule.forSeconds === 0
              ? conditionWords(rule)
              : t('forWords', {
                  condition: conditionWords(rule),
                  time: formatDuration(rule.forSeconds * 1000, locale),
                })}
          </span>
        ),
        card: 'wide',
      },
      {
        id: 'level',
        header: t('level'),
        width: '5rem',
        sort: (rule) => rule.level,
        cell: (rule) => <span className="tnum">{rule.level}</span>,
      },
      {
        id: 'channels',
        header: t('tabs.channels'),
        from: 'lg',
        cell: (rule) => {
          const names = channels
            .filter((channel) => rule.channelIds.includes(channel.id))
            .map((each) => each.name);
          return names.length === 0 ? (
            <span className="text-dim">{t('nobodyTold')}</span>
          ) : (
            <span className="text-soft">{names.join(', ')}</span>
          );
        },
        card: 'wide',
      },
    ];
    const actions = rowActionsColumn<AlertRule>(t('actions'), (rule) => ({
      edit: { label: t('editRule', { name: rule.name }), run: () => edit(rule.id) },
      remove: { label: t('deleteRule', { name: rule.name }), run: () => remove(rule) },
    }));
    return may ? [...columns, actions] : columns;
  }, [channels, conditionWords, edit, locale, may, remove, t]);
}

export function RulesTab() {
  const t = useTranslations('alerts');
  const may = useMay('operator');
  const rules = useAlertRules();
  const channels = useChannels();
  const remove = useDeleteRule();
  const words = useProblemWords();
  const { asked, offer, ask, close } = useAskedRule();
  const [removing, setRemoving] = useState<AlertRule | null>(null);
  const columns = useRuleColumns(channels.data?.items ?? noChannels, { edit: ask, remove: setRemoving, may });
  const editing = rules.data?.items.find(({ id }) => id === asked);
  const isAsked = asked === 'new' || editing !== undefined;
  const table = useTableRows(rules.data?.items ?? none, columns, keyOf, 'name', '');
  if (rules.isError && rules.data === undefined) {
    return <ErrorState title={t('failed')} error={rules.error} onRetry={() => void rules.refetch()} />;
  }
  const add = (
    <Button tone="primary" onClick={() => ask('new')}>
      <Plus aria-hidden className="size-4" />
      {t('newRule')}
    </Button>
  );
  return (
    <>
      {may && table.rows.length > 0 ? <div className="sheet-x flex justify-end py-2.5">{add}</div> : null}
      <DataTable
        label={t('tabs.rules')}
        rows={table.rows}
        columns={columns}
        keyOf={keyOf}
        sort={table.sort}
        onSort={table.toggleSort}
        loading={rules.isPending}
        empty={
          <EmptyState title={t('noRules')} action={may ? add : undefined}>
            {t('noRulesMeaning')}
          </EmptyState>
        }
      />
      <WhenAsked when={may && isAsked && channels.isSuccess}>
        <FormWords>
          <RuleDialog
            rule={editing ?? null}
            offer={offer}
            onClose={close}
            channels={channels.data?.items ?? noChannels}
          />
        </FormWords>
      </WhenAsked>
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteRuleTitle', { name: removing?.name ?? '' })}
        description={t('deleteRuleMeaning')}
        action={t('delete')}
        busy={remove.isPending}
        onConfirm={() => {
          if (removing === null) return;
          remove.mutate(removing.id, {
            onSuccess: () => toast(t('ruleDeleted', { name: removing.name })),
            onError: (error) => toast(words(error), 'bad'),
            onSettled: () => setRemoving(null),
          });
        }}
      />
    </>
  );
}
