/** What the form of a new topic begins with: nothing, or the shape and own settings of another topic. PURE. */
import type { Topic, TopicDetail } from '../../console/contracts/topics';

export interface TopicDraft {
  readonly name: string;
  readonly partitions: string;
  /** Null: as many as is usual here. */
  readonly replication: string | null;
  /** Empty: as the broker says. */
  readonly cleanup: string;
  readonly retention: string;
  /** Settings without a field of their own. */
  readonly others: Readonly<Record<string, string>>;
}

export const emptyDraft: TopicDraft = {
  name: '',
  partitions: '6',
  replication: null,
  cleanup: '',
  retention: '',
  others: {},
};

const NAME_MAX = 249;
const cleanups = ['delete', 'compact', 'compact,delete'];

/** Only what was set on the topic itself: what it has from its brokers a new one has, too. */
export function draftLike(topic: TopicDetail, taken: readonly Pick<Topic, 'name'>[]): TopicDraft {
  const own = new Map<string, string>();
  for (const { name, value, source, sensitive } of topic.configs ?? []) {
    if (source === 'topic' && !sensitive && value !== null) own.set(name, value);
  }
  const policy =
    own
      .get('cleanup.policy')
      ?.split(',')
      .map((each) => each.trim())
      .sort()
      .join(',') ?? '';
  const cleanup = cleanups.includes(policy) ? policy : '';
  if (cleanup !== '') own.delete('cleanup.policy');
  const retention = own.get('retention.ms') ?? '';
  own.delete('retention.ms');
  return {
    name: freeName(topic.name, taken),
    partitions: String(Math.max(1, topic.partitionCount)),
    replication: String(Math.max(1, topic.replicationFactor)),
    cleanup,
    retention,
    others: Object.fromEntries(own),
  };
}

/** `orders-copy`, or `orders-copy-2` where that is taken. */
function freeName(name: string, taken: readonly Pick<Topic, 'name'>[]): string {
  const names = new Set(taken.map((each) => each.name));
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? '-copy' : `-copy-${String(count)}`;
    const wanted = `${name.slice(0, NAME_MAX - end.length)}${end}`;
    if (!names.has(wanted)) return wanted;
  }
}
