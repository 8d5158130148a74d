/**
 * Which topic names exist: 1 to 249 of [a-zA-Z0-9._-], not "." or ".." (org.apache.kafka.common.internals.Topic).
 * A name becomes a directory name, so this check is also what keeps a client inside the data directory.
 * Names that differ only in '.' and '_' would share metric names and are refused as a collision.
 */

export const MAX_TOPIC_NAME_LENGTH = 249;
export const OFFSETS_TOPIC = '__consumer_offsets';
export const TRANSACTION_STATE_TOPIC = '__transaction_state';
export const METADATA_TOPIC = '__cluster_metadata';

const ALLOWED = /^[a-zA-Z0-9._-]+$/;

export function isInternalTopic(name: string): boolean {
  return name === OFFSETS_TOPIC || name === TRANSACTION_STATE_TOPIC;
}

/** What is wrong with the name, or null. */
export function topicNameFault(name: string): string | null {
  if (name === '') return 'A topic name cannot be empty.';
  if (name === '.' || name === '..') return `A topic name cannot be "${name}".`;
  if (name.length > MAX_TOPIC_NAME_LENGTH) {
    return `A topic name has at most ${String(MAX_TOPIC_NAME_LENGTH)} characters, this one has ${String(name.length)}.`;
  }
  if (!ALLOWED.test(name)) {
    return `Topic name ${JSON.stringify(name)} has characters other than ASCII letters, digits, '.', '_' and '-'.`;
  }
  return null;
}

/** The form under which names collide: only names with '.' or '_' can. */
export function collisionForm(name: string): string {
  return name.replaceAll('.', '_');
}

export function canCollide(name: string): boolean {
  return name.includes('.') || name.includes('_');
}
