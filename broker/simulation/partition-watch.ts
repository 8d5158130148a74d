/**
 * What must hold for all partitions at every moment, read from the replicas themselves: one leader an epoch, who has all
 * that was ever committed; high watermarks that never go back on a leader and never pass the log; the same bytes on all
 * replicas up to them; nothing committed that is cut off again; last stable offsets just below what is open.
 */
import type { MetadataImage } from '../controller/image.ts';
import { hold } from './broken-promise.ts';
import { CommittedLog } from './committed-log.ts';
import { type InspectedReplica, partitionName } from './inspection.ts';

/** What was seen of one replica in one life of its node. */
interface SeenReplica {
  look: number;
  /** The epoch that it led at the last look; null: it did not. */
  ledEpoch: number | null;
  highWatermark: number;
  lastStableOffset: number;
  logEndOffset: number;
  /** Up to here its bytes were held against what is committed. */
  verifiedEnd: number;
  /** Its end when it was opened or cut last. */
  loadedEnd: number;
}

export class PartitionWatch {
  readonly #logs = new Map<string, CommittedLog>();
  readonly #leaders = new Map<string, number>();
  /** By node, then by partition; forgotten when the node ends. */
  readonly #seen = new Map<number, Map<string, SeenReplica>>();
  /** Where something was committed since the last check of the candidates. */
  readonly #grown = new Set<CommittedLog>();
  #checked: MetadataImage | null = null;
  leaderChanges = 0;
  #looks = 0;

  get logs(): Iterable<CommittedLog> {
    return this.#logs.values();
  }

  logOf(topicId: string, partition: number): CommittedLog {
    const name = partitionName({ topicId, partition });
    let log = this.#logs.get(name);
    if (log === undefined) this.#logs.set(name, (log = new CommittedLog(name)));
    return log;
  }

  /**
   * Who may lead has all that is committed: members of the ISR and of the ELR, as far as they run. `hasLost`: what the
   * replica had was taken from it by a crash, and the cluster may not know yet.
   */
  checkCandidates(image: MetadataImage, hasLost: (nodeId: number, name: string) => boolean): void {
    if (this.#checked === image && this.#grown.size === 0) return;
    const isNew = this.#checked !== image;
    for (const topic of image.topicsById.values()) {
      for (const { partition, isr, elr } of topic.partitions.values()) {
        const log = this.logOf(topic.topicId, partition);
        if (log.isExcused || (!isNew && !this.#grown.has(log))) continue;
        for (const id of [...isr, ...elr]) {
          const seen = this.#seen.get(id)?.get(log.name);
          if (seen === undefined || seen.logEndOffset >= log.endOffset || hasLost(id, log.name)) continue;
          hold(false, () => {
            return `node ${String(id)} may lead ${log.name} (${topic.name}) and ends at ${String(seen.logEndOffset)}, but ${String(log.endOffset)} is committed`;
          });
        }
      }
    }
    this.#checked = image;
    this.#grown.clear();
  }

  nodeEnded(nodeId: number): void {
    this.#seen.delete(nodeId);
  }

  /** Returns how many replicas the node has. */
  look(nodeId: number, replicas: Iterable<InspectedReplica>): number {
    let seenHere = this.#seen.get(nodeId);
    if (seenHere === undefined) this.#seen.set(nodeId, (seenHere = new Map<string, SeenReplica>()));
    const look = ++this.#looks;
    let count = 0;
    for (const replica of replicas) {
      const { name } = replica;
      let seen = seenHere.get(name);
      if (seen === undefined) {
        seen = {
          ...{ look, ledEpoch: null, highWatermark: 0, lastStableOffset: 0, logEndOffset: 0 },
          ...{ verifiedEnd: 0, loadedEnd: replica.logEndOffset },
        };
        seenHere.set(name, seen);
      }
      seen.look = look;
      count++;
      if (
        replica.highWatermark !== seen.highWatermark ||
        replica.logEndOffset !== seen.logEndOffset ||
        (replica.isLeader ? replica.leaderEpoch : null) !== seen.ledEpoch
      ) {
        this.#lookAt(nodeId, replica, seen);
      }
    }
    if (count === seenHere.size) return count;
    // A replica that went away may come back empty.
    for (const [name, seen] of seenHere) if (seen.look !== look) seenHere.delete(name);
    return count;
  }

  #lookAt(nodeId: number, replica: InspectedReplica, seen: SeenReplica): void {
    const { isLeader, leaderEpoch, highWatermark, logEndOffset } = replica;
    const ledEpoch = isLeader ? leaderEpoch : null;
    const log = this.logOf(replica.topicId, replica.partition);
    const who = `node ${String(nodeId)}`;
    if (log.isExcused) return;
    hold(highWatermark <= logEndOffset, () => {
      return `${who} has the high watermark ${String(highWatermark)} beyond its end ${String(logEndOffset)} in ${log.name}`;
    });
    hold(logEndOffset >= seen.verifiedEnd, () => {
      return `${who} cut ${log.name} (${replica.topic}) to ${String(logEndOffset)}, and ${String(seen.verifiedEnd)} was committed`;
    });
    if (ledEpoch !== null) {
      const isGoingOn = seen.ledEpoch !== null;
      hold(!isGoingOn || highWatermark >= seen.highWatermark, () => {
        return `the high watermark of leader ${String(nodeId)} of ${log.name} fell from ${String(seen.highWatermark)} to ${String(highWatermark)}`;
      });
      if (ledEpoch !== seen.ledEpoch) this.#becameLeader(nodeId, replica, log, who);
    }
    // Only a leader says what is committed; a follower's high watermark was a leader's once.
    const from = Math.max(seen.verifiedEnd, replica.logStartOffset);
    const endBefore = log.endOffset;
    if (highWatermark > from) log.compare(replica, from, highWatermark, who, true);
    if (log.endOffset > endBefore) this.#grown.add(log);
    seen.verifiedEnd = Math.max(seen.verifiedEnd, highWatermark);
    if (logEndOffset < seen.logEndOffset) seen.loadedEnd = logEndOffset;
    this.#lookAtStableOffset(replica, seen, log, who);
    seen.ledEpoch = ledEpoch;
    seen.highWatermark = highWatermark;
    seen.logEndOffset = logEndOffset;
  }

  /**
   * Just below the first record of what is open: also on replicas that do not lead, since consumers read them. A log that is
   * opened or cut knows, as Kafka's, what was open at its end, and not what ended a little before: there it may be
   * higher until the high watermark has come by. What such a marker decided stays decided.
   */
  #lookAtStableOffset(replica: InspectedReplica, seen: SeenReplica, log: CommittedLog, who: string): void {
    const { lastStableOffset, highWatermark, isLeader } = replica;
    const least = log.transactions.lastStableOffset(highWatermark);
    const most = highWatermark < seen.loadedEnd ? highWatermark : least;
    hold(lastStableOffset >= least && lastStableOffset <= most, () => {
      return `${who} has the last stable offset ${String(lastStableOffset)} in ${log.name} (${replica.topic}) with the high watermark ${String(highWatermark)}, by its markers it is ${String(least)}`;
    });
    hold(!isLeader || seen.ledEpoch === null || lastStableOffset >= seen.lastStableOffset, () => {
      return `the last stable offset of ${who}, which leads ${log.name}, fell from ${String(seen.lastStableOffset)} to ${String(lastStableOffset)}`;
    });
    seen.lastStableOffset = lastStableOffset;
  }

  #becameLeader(nodeId: number, replica: InspectedReplica, log: CommittedLog, who: string): void {
    const { leaderEpoch, logEndOffset, logStartOffset } = replica;
    const key = `${log.name}@${String(leaderEpoch)}`;
    const known = this.#leaders.get(key);
    if (known === undefined) this.leaderChanges++;
    hold(known === undefined || known === nodeId, () => {
      return `epoch ${String(leaderEpoch)} of ${log.name} has the leaders ${String(known)} and ${String(nodeId)}`;
    });
    this.#leaders.set(key, nodeId);
    hold(logEndOffset >= log.endOffset, () => {
      return `${who} leads ${log.name} (${replica.topic}) in epoch ${String(leaderEpoch)} and ends at ${String(logEndOffset)}, but ${String(log.endOffset)} is committed`;
    });
    log.compare(replica, logStartOffset, log.endOffset, who, false);
  }
}
