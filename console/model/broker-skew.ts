/**
 * How much more or less than its share a broker carries, in percent of that share. PURE. The share is that of Kafka Eagle's skew of topics,
 * ceil(replicas / brokers) and ceil(partitions / brokers), for all topics together; who carries less is held against the share rounded
 * down. So 0 is what cannot be more even, and the sign tells in which direction a broker is off.
 *
 * Example: 14 replicas on 3 brokers are even as 5, 5 and 4; as 8, 4 and 2 they are +60, 0 and -50.
 */
export interface BrokerSkew {
  readonly skewPercent: number | null;
  readonly leaderSkewPercent: number | null;
}

export interface BrokerDuties {
  readonly replicas: number;
  readonly leaders: number;
}

function beyondShare(count: number, total: number, brokers: number): number | null {
  if (total === 0) return null;
  const [most, least] = [Math.ceil(total / brokers), Math.floor(total / brokers)];
  if (count > most) return ((count - most) * 100) / most;
  return count < least ? ((count - least) * 100) / least : 0;
}

/** One for each of them, in their order. @param partitions of all topics: those that nobody leads are shared out, too */
export function brokerSkews(brokers: readonly BrokerDuties[], partitions: number): BrokerSkew[] {
  const replicas = brokers.reduce((sum, broker) => sum + broker.replicas, 0);
  return brokers.map((broker) => ({
    skewPercent: beyondShare(broker.replicas, replicas, brokers.length),
    leaderSkewPercent: beyondShare(broker.leaders, partitions, brokers.length),
  }));
}
