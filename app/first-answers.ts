/** The questions whose answers come with a page. A long list is left to the browser: it would only make the page heavy. */
import 'server-only';
import { listLimitMax, type List } from '@/console/contracts/envelope';
import { shownIncidents } from '@/console/contracts/limits';
import { queryKeys } from '@/console/contracts/query-keys';
import { listAlertRules } from '@/console/services/alert-rules';
import { brokerDetail, listBrokers } from '@/console/services/brokers';
import { listChannels } from '@/console/services/channels';
import { groupDetail, listGroups } from '@/console/services/groups';
import { listIncidents } from '@/console/services/incidents';
import { overview } from '@/console/services/overview';
import { listSilences } from '@/console/services/silences';
import { listTopics, topicDetail } from '@/console/services/topics';
import { listClusters } from '@/console/services/watched-clusters';
import type { Question } from './prefetched';

/** Rows that a page may bring along. */
const MOST_ROWS = 300;
/** Incidents are as high as a dozen rows. */
const MOST_INCIDENTS = 30;
const whole = { limit: listLimitMax };

function short<Item>(list: List<Item>): List<Item> | null {
  return list.total > MOST_ROWS ? null : list;
}

export const overviewAnswer = (clusterId: string): Question => ({
  key: queryKeys.overview(clusterId),
  answer: overview,
});

export const clustersAnswer: Question = {
  key: queryKeys.clusters(),
  answer: (context) => listClusters(context, whole),
};

export const topicsAnswer = (clusterId: string): Question => ({
  key: queryKeys.topics(clusterId),
  answer: (context) => short(listTopics(context, clusterId, { ...whole, sort: 'name' })),
});

export const topicAnswer = (clusterId: string, topic: string): Question => ({
  key: queryKeys.topic(clusterId, topic),
  answer: (context) => {
    const detail = topicDetail(context, clusterId, topic);
    return detail.partitions.length + detail.groups.length > MOST_ROWS ? null : detail;
  },
});

export const groupsAnswer = (clusterId: string): Question => ({
  key: queryKeys.groups(clusterId),
  answer: (context) => short(listGroups(context, clusterId, { ...whole, sort: 'id' })),
});

export const brokersAnswer = (clusterId: string): Question => ({
  key: queryKeys.brokers(clusterId),
  answer: (context) => short(listBrokers(context, clusterId, { ...whole, sort: 'id' })),
});

export const groupAnswer = (clusterId: string, groupId: string): Question => ({
  key: queryKeys.group(clusterId, groupId),
  answer: (context) => groupDetail(context, clusterId, groupId),
});

export const brokerAnswer = (clusterId: string, brokerId: number): Question => ({
  key: queryKeys.broker(clusterId, brokerId),
  answer: (context) => brokerDetail(context, clusterId, String(brokerId)),
});

/** Everything that the page of alerts counts. */
export const alertsAnswers: readonly Question[] = [
  {
    key: queryKeys.incidents(),
    answer: async (context) => {
      const list = await listIncidents(context, shownIncidents);
      return list.total > MOST_INCIDENTS ? null : list;
    },
  },
  {
    key: queryKeys.alertRules(),
    answer: async (context) => short(await listAlertRules(context, { ...whole, sort: 'name' })),
  },
  {
    key: queryKeys.channels(),
    answer: async (context) => short(await listChannels(context, { ...whole, sort: 'name' })),
  },
  {
    key: queryKeys.silences(),
    answer: async (context) => short(await listSilences(context, { ...whole, sort: 'endsAt' })),
  },
];
