'use client';

/** Alerts: what is wrong now and was, the rules that say so, the channels that carry it, and what is quiet for a while. */
import { Tabs } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useAlertRules, useChannels, useIncidents, useSilences } from '../data/use-alerts';
import { formatCount } from '../format/quantity';
import { PageHeader } from '../layout/page-header';
import { useUrlParameter } from '../tables/url-state';
import { Skeleton } from '../ui/skeleton';
import { ChannelsTab } from './channels-tab';
import { IncidentsTab } from './incidents-tab';
import { RulesTab } from './rules-tab';
import { SilencesTab } from './silences-tab';

const tabs = ['incidents', 'rules', 'channels', 'silences'] as const;

function Answer() {
  const t = useTranslations('alerts');
  const incidents = useIncidents().data?.items;
  const rules = useAlertRules().data?.items;
  const channels = useChannels().data?.items;
  if (incidents === undefined || rules === undefined || channels === undefined) {
    return <Skeleton className="mt-1 w-80" />;
  }
  const firing = incidents.filter((incident) => incident.state === 'firing');
  const unattended = firing.filter((incident) => incident.acknowledgedBy === null).length;
  const enabled = rules.filter((rule) => rule.enabled).length;
  if (rules.length === 0) return <p>{t('noRulesYet')}</p>;
  return (
    <p>
      {firing.length === 0 ? t('quiet') : t('firing', { count: firing.length, unattended })}{' '}
      {t('watching', { rules: enabled })} {channels.length === 0 ? t('noChannelYet') : null}
    </p>
  );
}

export function AlertsPage() {
  const t = useTranslations('alerts');
  const [tab, setTab] = useUrlParameter('tab', 'incidents');
  const shown = tabs.find((each) => each === tab) ?? 'incidents';
  const counts = {
    incidents: useIncidents().data?.items.filter((incident) => incident.state === 'firing').length,
    rules: useAlertRules().data?.total,
    channels: useChannels().data?.total,
    silences: useSilences().data?.total,
  };
  return (
    <>
      <PageHeader title={t('title')} answer={<Answer />} />
      <Tabs.Root value={shown} onValueChange={setTab}>
        <Tabs.List aria-label={t('title')} className="sheet-x flex gap-5 border-b border-line">
          {tabs.map((each) => (
            <Tabs.Trigger
              key={each}
              value={each}
              // Radix focuses a tab that is pressed itself, which browsers take for the keyboard's doing.
              onMouseDown={(event) => event.currentTarget.focus({ focusVisible: false })}
              className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-sm text-dim transition-colors duration-[140ms] hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
            >
              {t(`tabs.${each}`)}
              {counts[each] === undefined ? null : (
                <span className="text-xs font-normal text-dim tnum">{formatCount(counts[each])}</span>
              )}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="incidents" className="outline-none">
          <IncidentsTab />
        </Tabs.Content>
        <Tabs.Content value="rules" className="outline-none">
          <RulesTab />
        </Tabs.Content>
        <Tabs.Content value="channels" className="outline-none">
          <ChannelsTab />
        </Tabs.Content>
        <Tabs.Content value="silences" className="outline-none">
          <SilencesTab />
        </Tabs.Content>
      </Tabs.Root>
    </>
  );
}
