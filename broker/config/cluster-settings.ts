/**
 * What the configuration says to those who deal with other nodes, in their own terms: how long nodes wait for each other,
 * how followers fetch, how fast throttled replicas may go.
 */
import type { QuorumTimeouts } from '../controller/quorum/quorum-effects.ts';
import type { LifecycleSettings } from '../lifecycle/lifecycle-options.ts';
import type { FollowerSettings } from '../replication/follower/follower-options.ts';
import type { ReplicaManagerSettings } from '../replication/replica-manager.ts';
import type { BrokerConfig } from './broker-config.ts';
import { RACK_AWARE_SELECTOR } from './replication-keys.ts';

/** A leader answers an idle follower well before that one would look for another leader. */
const LONGEST_QUORUM_WAIT_MS = 500;
const WAITS_PER_FETCH_TIMEOUT = 4;

export function quorumTimeouts({ values }: BrokerConfig): QuorumTimeouts {
  const fetchTimeoutMs = values['controller.quorum.fetch.timeout.ms'];
  return {
    electionTimeoutMs: values['controller.quorum.election.timeout.ms'],
    fetchTimeoutMs,
    electionBackoffMaxMs: values['controller.quorum.election.backoff.max.ms'],
    requestTimeoutMs: values['controller.quorum.request.timeout.ms'],
    retryBackoffMs: values['controller.quorum.retry.backoff.ms'],
    fetchMaxWaitMs: Math.min(LONGEST_QUORUM_WAIT_MS, Math.ceil(fetchTimeoutMs / WAITS_PER_FETCH_TIMEOUT)),
  };
}

export function lifecycleSettings({ values }: BrokerConfig): LifecycleSettings {
  return {
    heartbeatIntervalMs: values['broker.heartbeat.interval.ms'],
    sessionTimeoutMs: values['broker.session.timeout.ms'],
    registrationTimeoutMs: values['initial.broker.registration.timeout.ms'],
  };
}

export function followerSettings({ values }: BrokerConfig): FollowerSettings {
  return {
    fetchMaxBytes: values['replica.fetch.max.bytes'],
    fetchResponseMaxBytes: values['replica.fetch.response.max.bytes'],
    fetchMinBytes: values['replica.fetch.min.bytes'],
    fetchWaitMaxMs: values['replica.fetch.wait.max.ms'],
    fetchBackoffMs: values['replica.fetch.backoff.ms'],
    socketTimeoutMs: values['replica.socket.timeout.ms'],
    fetchersPerLeader: values['num.replica.fetchers'],
  };
}

export function replicationSettings({ values }: BrokerConfig): Partial<ReplicaManagerSettings> {
  return {
    highWatermarkCheckpointIntervalMs: values['replica.high.watermark.checkpoint.interval.ms'],
    replicaLagTimeMaxMs: values['replica.lag.time.max.ms'],
    fetchSessionSlots: values['max.incremental.fetch.session.cache.slots'],
    rackAwareReads: values['replica.selector.class'] === RACK_AWARE_SELECTOR,
  };
}
