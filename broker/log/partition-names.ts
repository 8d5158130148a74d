/**
 * Names of partition folders: `<topic>-<partition>`, and what they become when they are deleted
 * (`.<hex>-delete`) or found to belong to nobody (`.<hex>-stray`). Kafka's LogManager and UnifiedLog.
 */
const MAX_NAME_LENGTH = 255;

/** Null for any other folder. */
export function parsePartitionName(
  name: string,
): { readonly topic: string; readonly partition: number } | null {
  const match = /^([a-zA-Z0-9._-]{1,249})-(\d{1,10})$/.exec(name);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const partition = Number(match[2]);
  return String(partition) === match[2] && partition <= 0x7fff_ffff ? { topic: match[1], partition } : null;
}

export function deletedName(name: string, hex: string): string {
  return withSuffix(name, `.${hex}-delete`);
}

export function strayName(name: string, hex: string): string {
  return withSuffix(name, `.${hex}-stray`);
}

/** Long names lose their end, so that the whole fits a file system. */
function withSuffix(name: string, suffix: string): string {
  return name.slice(0, MAX_NAME_LENGTH - suffix.length) + suffix;
}

export function isDeletedName(name: string): boolean {
  return /\.[0-9a-f]{32}-delete$/.test(name);
}
