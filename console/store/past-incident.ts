/**
 * An incident without a rule that was over when it was found: something happened, and somebody has to hear of it. Kept, with the
 * intents to tell it by every e-mail channel that is switched on, in one transaction; the outbox does the rest.
 */
import type { NewDelivery } from './alert-transitions.ts';
import type { Database } from './database.ts';
import { transact } from './transact.ts';

export interface PastIncident {
  readonly id: string;
  /** Stands where others have the name of their rule. */
  readonly name: string;
  readonly type: string;
  readonly cluster: string;
  readonly level: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
  /** Everybody with a part in the cluster reads it. */
  readonly reason: string;
  readonly at: Date;
}

type Told = Pick<NewDelivery, 'id' | 'payload' | 'messageId'>;

/** `tell` is asked once for each channel. */
export async function keepPastIncident(
  database: Database,
  incident: PastIncident,
  tell: () => Told,
): Promise<void> {
  const { name, at, value, ...rest } = incident;
  await transact(database, async (inside) => {
    const channels = await inside.channel.findMany({
      where: { type: 'email', enabled: true },
      select: { id: true, name: true },
    });
    const isTold = channels.length > 0;
    await inside.incident.create({
      data: {
        ...{ ...rest, ruleId: '', ruleName: name, subject: '', state: 'resolved', value, peakValue: value },
        ...{
          startedAt: at,
          resolvedAt: at,
          timesNotified: isTold ? 1 : 0,
          lastNotifiedAt: isTold ? at : null,
        },
      },
    });
    if (!isTold) return;
    await inside.delivery.createMany({
      data: channels.map((channel) => ({
        ...tell(),
        ...{ incidentId: incident.id, channelId: channel.id, channelName: channel.name },
        ...{ kind: 'firing', state: 'pending', createdAt: at, nextAttemptAtMs: BigInt(at.getTime()) },
      })),
    });
  });
}
