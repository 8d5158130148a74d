/** Quotas and SCRAM credentials as the tool of Apache Kafka prints them, in the order in which Java's maps have them. Pure. */
import type { EntityQuotas, QuotaEntityPart } from '../../kafka-client/admin/client-quotas.ts';
import type { ScramUser } from '../../kafka-client/admin/scram-credentials.ts';
import { javaDouble } from '../kafka-tool/java-double.ts';
import { hashCodeOf, hashMapOrder, hashOrder } from '../kafka-topics/java-order.ts';

const KINDS = [
  ['user', 'user-principal'],
  ['client-id', 'client-id'],
  ['ip', 'ip'],
] as const;

/** ClientQuotaEntity#hashCode: Objects.hash of a map. */
function entityHash(entity: readonly QuotaEntityPart[]): number {
  let sum = 0;
  for (const { entityType, entityName } of entity)
    sum += hashCodeOf(entityType) ^ (entityName === null ? 0 : hashCodeOf(entityName));
  return (31 + sum) | 0;
}

export function quotaLines(quotas: readonly EntityQuotas[]): string[] {
  const ordered = hashOrder(quotas, ({ entity }) => entityHash(entity), quotas.length);
  return ordered.map(({ entity, values }) => {
    const parts = KINDS.flatMap(([type, shown]) => {
      const part = entity.find(({ entityType }) => entityType === type);
      if (part === undefined) return [];
      return [part.entityName === null ? `the default ${shown}` : `${shown} '${part.entityName}'`];
    });
    const pairs = hashMapOrder(values, ({ key }) => key, values.length);
    const settings = pairs.map(({ key, value }) => `${key}=${javaDouble(value)}`);
    return `Quota configs for ${parts.join(', ')} are ${settings.join(', ')}`;
  });
}

export function scramLine({ user, errorCode, errorMessage, credentials }: ScramUser): string {
  if (errorCode !== 0)
    return `Error retrieving SCRAM credential configs for user-principal '${user}': ${errorMessage ?? ''}`;
  const told = credentials.map(
    ({ mechanism, iterations }) => `${mechanism}=iterations=${String(iterations)}`,
  );
  return `SCRAM credential configs for user-principal '${user}' are ${told.join(', ')}`;
}
