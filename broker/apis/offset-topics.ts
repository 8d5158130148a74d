/**
 * OffsetCommit and OffsetFetch name topics by id from version 10 on (KIP-848), so that what was read of a topic that is gone
 * never counts for a new one of its name.
 */
import type { MetadataImage } from '../controller/image.ts';

export const FIRST_VERSION_WITH_TOPIC_IDS = 10;

/** With the names of those that are asked for by id; the others of them, which nobody has, are told apart. */
export function withNames<Topic extends { readonly name: string; readonly topicId: string }>(
  topics: readonly Topic[],
  apiVersion: number,
  { topicsById }: Pick<MetadataImage, 'topicsById'>,
): { readonly named: readonly Topic[]; readonly unknown: readonly Topic[] } {
  if (apiVersion < FIRST_VERSION_WITH_TOPIC_IDS) return { named: topics, unknown: [] };
  const named: Topic[] = [];
  const unknown: Topic[] = [];
  for (const topic of topics) {
    const name = topicsById.get(topic.topicId)?.name;
    if (name === undefined) unknown.push(topic);
    else named.push({ ...topic, name });
  }
  return { named, unknown };
}
