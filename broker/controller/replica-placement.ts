/**
 * Which brokers a new partition lives on.
 *
 * Brokers are put into one ring in which racks alternate. Each partition leads one place further than the one before,
 * from a random start, so leaders are even; followers come next in the ring, shifted by one more after each full
 * turn, so that the load of a dead broker spreads over all others. A second broker of a rack is taken only when every
 * rack has one. Same aims as Kafka's StripedReplicaPlacer; 50 single-replica partitions on 5 brokers give 10 each.
 */

export interface PlacementBroker {
  readonly brokerId: number;
  readonly rack: string | null;
}

export interface PlacementRequest {
  /** Unfenced brokers, at least `replicationFactor` of them. */
  readonly brokers: readonly PlacementBroker[];
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** Index of the first of these partitions in its topic: added partitions go on where the others stopped. */
  readonly firstPartition: number;
  /** Random numbers below the number of brokers. */
  readonly startIndex: number;
  readonly shift: number;
}

/** Racks take turns; within a rack by broker id. */
export function rackAlternated(brokers: readonly PlacementBroker[]): PlacementBroker[] {
  const byRack = new Map<string, PlacementBroker[]>();
  for (const broker of [...brokers].sort((a, b) => a.brokerId - b.brokerId)) {
    const rack = broker.rack ?? '';
    const members = byRack.get(rack);
    if (members === undefined) byRack.set(rack, [broker]);
    else members.push(broker);
  }
  const racks = [...byRack.keys()].sort().map((rack) => byRack.get(rack) ?? []);
  const ring: PlacementBroker[] = [];
  for (let turn = 0; ring.length < brokers.length; turn++) {
    for (const rack of racks) {
      const broker = rack[turn];
      if (broker !== undefined) ring.push(broker);
    }
  }
  return ring;
}

function choose(leader: PlacementBroker, others: readonly PlacementBroker[], count: number): number[] {
  const racks = new Set(leader.rack === null ? [] : [leader.rack]);
  const chosen = [leader];
  const passedOver: PlacementBroker[] = [];
  for (const broker of others) {
    if (broker.rack !== null && racks.has(broker.rack)) {
      passedOver.push(broker);
      continue;
    }
    chosen.push(broker);
    if (broker.rack !== null) racks.add(broker.rack);
  }
  return [...chosen, ...passedOver].slice(0, count).map(({ brokerId }) => brokerId);
}

/** One replica list per partition, the preferred leader first. */
export function placeReplicas(request: PlacementRequest): number[][] {
  const ring = rackAlternated(request.brokers);
  const size = ring.length;
  const placed: number[][] = [];
  for (let index = 0; index < request.partitionCount; index++) {
    const position = request.firstPartition + index;
    const first = (position + request.startIndex) % size;
    const shift = request.shift + Math.floor(position / size);
    const leader = ring[first];
    if (leader === undefined) continue;
    const followers: PlacementBroker[] = [];
    for (let step = 0; step < size - 1; step++) {
      const broker = ring[(first + 1 + ((shift + step) % (size - 1))) % size];
      if (broker !== undefined) followers.push(broker);
    }
    placed.push(choose(leader, followers, request.replicationFactor));
  }
  return placed;
}
