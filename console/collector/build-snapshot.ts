/**
 * Turns the answers of one round, and what is remembered of earlier ones, into the snapshot that everyone reads. Pure
 * but for the watch over groups, which the round changes in place: a round is built once, in slices.
 */
import { changesIn } from '../model/changes/changes.ts';
import type { PastStretch } from '../model/group-watch/past.ts';
import { maxRateGapMs } from '../model/rates.ts';
import type { ClusterSnapshot, RoundCost } from '../model/snapshot.ts';
import type { PastWrites } from '../model/topic-writes.ts';
import { buildBrokers, logDirFailures, rememberBrokers } from './build-brokers.ts';
import { buildGroups } from './build-groups.ts';
import { watermarkCounters, type RateWindow } from './build-rates.ts';
import { buildTopics } from './build-topics.ts';
import { topicSettingsRefusal } from './topic-settings.ts';
import type { RoundAnswers } from './round-answers.ts';
import { baselineFor, nextBaselines, type RoundMemory } from './round-memory.ts';

export interface RoundFrame {
  readonly clusterId: string;
  readonly intervalMs: number;
  readonly startedAtMs: number;
  /** Asked for when everything is built. */
  readonly costOf: () => RoundCost;
  /** For the first round: what was kept of those before. */
  readonly past?: readonly PastStretch[];
  /** Once, when it has been read. */
  readonly pastWrites?: PastWrites;
}

export async function buildSnapshot(
  answers: RoundAnswers,
  memory: RoundMemory,
  frame: RoundFrame,
): Promise<{ readonly snapshot: ClusterSnapshot; readonly memory: RoundMemory }> {
  const { clusterId, intervalMs, startedAtMs, costOf, past = [], pastWrites = new Map() } = frame;
  const round = memory.round + 1;
  const window: RateWindow = {
    before: baselineFor(memory, answers.offsetsAtMs, intervalMs),
    maxGapMs: maxRateGapMs(intervalMs),
  };
  const knownBrokers = rememberBrokers(answers, memory.brokers);
  const brokers = buildBrokers(answers, knownBrokers, { window, intervalMs });
  const topics = await buildTopics(answers, memory, { brokers, window, intervalMs, pastWrites });
  const groups = await buildGroups(answers, memory, { topics, intervalMs, past });
  const seen: Omit<ClusterSnapshot, 'changes'> = {
    clusterId,
    kafkaClusterId: answers.metadata.kafkaClusterId,
    round,
    startedAtMs,
    asOfMs: answers.offsetsAtMs,
    controllerId: answers.controllerId,
    quorum: answers.quorum,
    brokers,
    topics,
    endsAtMs: answers.offsetTimes.latest,
    groups: groups.snapshots,
    failures: [...answers.failures, ...logDirFailures(brokers)],
    cannotTell: [...answers.cannotTell, ...topicSettingsRefusal(topics, answers.topicSettings)],
    cost: costOf(),
  };
  const { changes, picture } = changesIn(memory.picture, seen, past.at(-1)?.atMs.at(-1) ?? null);
  const baseline = {
    offsetsAtMs: answers.offsetsAtMs,
    topics: watermarkCounters(answers),
    metrics: answers.metrics,
  };
  return {
    snapshot: { ...seen, changes },
    memory: {
      round,
      topics,
      beats: answers.beats,
      controllerId: answers.controllerId,
      quorumAtMs: answers.quorumAtMs,
      hasQuorum: answers.hasQuorum,
      quorum: answers.quorum,
      topicSettings: { atMs: answers.topicSettings.atMs, refusal: answers.topicSettings.refusal },
      brokers: knownBrokers,
      groups: groups.known,
      watch: groups.watch,
      picture,
      endsAtMs: answers.offsetTimes.latest,
      baselines: nextBaselines(memory, baseline, intervalMs),
    },
  };
}
