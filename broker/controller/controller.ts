/**
 * The controller: the one place where the cluster's metadata changes. Every node has one; that of the node that leads
 * the metadata log is active, the others refuse every command with NOT_CONTROLLER.
 *
 * A command is decided by a pure manager against an image that holds all commands before it; its records are appended
 * as one batch, and it is answered when they are committed and this node's image has them (command-rounds.ts). Leading
 * is the same replay as following, so an active controller and one that takes over cannot differ. What lives only while
 * this node is active is in controller-term.ts.
 *
 * What the assembly must do: `await metadataLog.start(controller)`, `publisher.keepSnapshotsIn(metadataLog)`; at the end
 * `controller.stop()` before `metadataLog.stop()`.
 */
import type { Logger } from '../platform/logger.ts';
import type { Acl, AclFilter } from '../security/acl/acl.ts';
import { createAcls, deleteAcls, type DeletedAcls } from './acls.ts';
import {
  type AlteredResource,
  type ConfigResourceChange,
  incrementalAlterConfigs,
  replaceConfigs,
} from './alter-configs.ts';
import { alterPartition, type AlterPartitionAnswer, type AlterPartitionRequest } from './alter-partition.ts';
import { assignReplicas, type AssignReplicasAnswer, type AssignReplicasRequest } from './assign-replicas.ts';
import type { HeartbeatAnswer, HeartbeatRequest } from './broker-heartbeat.ts';
import {
  type RegistrationAnswer,
  type RegistrationRequest,
  unregisterBroker,
} from './broker-registration.ts';
import type { CommandError, MutationAllowance } from './command.ts';
import type { Decide } from './command-rounds.ts';
import { mayAllowElections, withConsequences } from './config-consequences.ts';
import type { ControllerOptions } from './controller-options.ts';
import { ControllerTerm } from './controller-term.ts';
import { notController } from './controller-unavailable.ts';
import { createPartitions, type CreatedPartitions, type PartitionsToCreate } from './create-partitions.ts';
import { type CreatableTopic, type CreatedTopic, createTopics } from './create-topics.ts';
import { type DeletedTopic, deleteTopics, type TopicToDelete } from './delete-topics.ts';
import type { ElectLeadersAnswer, ElectLeadersRequest } from './elect-leaders.ts';
import { type FeatureUpdate, updateFeatures, type UpdateFeaturesAnswer } from './features.ts';
import type { MetadataLogListener, MetadataSnapshotId, StoredRecord } from './metadata-log/metadata-log.ts';
import {
  alterReassignments,
  listReassignments,
  type ReassignmentAnswer,
  type ReassignmentRequest,
} from './partition-reassignment.ts';
import { type AllocatedProducerIds, allocateProducerIds } from './producer-ids.ts';
import { randomUuid } from './random-uuid.ts';
import { alterClientQuotas, type AlteredQuotas, type QuotaAlteration } from './client-quotas.ts';
import { alterScramUsers, type AlteredScramUser, type ScramUserChanges } from './scram-users.ts';

export { ControllerUnavailable } from './controller-unavailable.ts';

export class Controller implements MetadataLogListener {
  readonly #options: ControllerOptions;
  readonly #logger: Logger;
  #term: ControllerTerm | null = null;
  #stopped = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#logger = options.logger.named(`Controller id=${String(options.nodeId)}`);
  }

  /** Does this node lead the metadata log, as far as it knows? */
  get isActive(): boolean {
    return this.#term !== null;
  }

  /** Refuses every command from now on; those under way are answered NOT_CONTROLLER. */
  stop(): void {
    this.#stopped = true;
    this.#endTerm('The controller is stopping.');
  }

  snapshotLoaded(id: MetadataSnapshotId, records: Iterable<readonly StoredRecord[]>): void {
    this.#options.publisher.snapshotLoaded(id, records);
  }

  committed(
    records: readonly StoredRecord[],
    position: { readonly endOffset: number; readonly epoch: number; readonly appendedMs: number },
  ): void {
    this.#options.publisher.committed(records, position);
  }

  leaderChanged(epoch: number, leaderId: number | null): void {
    const who = leaderId === null ? 'nobody yet' : `node ${String(leaderId)}`;
    this.#logger.info(`The active controller in epoch ${String(epoch)} is ${who}.`);
  }

  becameActive(epoch: number): void {
    this.#endTerm('The controller became active in a newer epoch.');
    if (this.#stopped) return;
    this.#logger.info(`This node is the active controller in epoch ${String(epoch)}.`);
    const term = new ControllerTerm(this.#options, this.#logger, epoch);
    this.#term = term;
    term.start();
  }

  lostLeadership(epoch: number): void {
    this.#endTerm(`This node stopped being the active controller (epoch ${String(epoch)}).`);
  }

  #endTerm(reason: string): void {
    const term = this.#term;
    this.#term = null;
    term?.end(reason);
  }

  #active<Response>(serve: (term: ControllerTerm) => Promise<Response>): Promise<Response> {
    return this.#term === null ? Promise.reject(inactive()) : serve(this.#term);
  }

  #run<Response>(decide: Decide<Response>): Promise<Response> {
    return this.#active((term) => term.run(decide));
  }

  readonly #randomBelow = (bound: number): number => this.#options.platform.random.below(bound);

  /** One that is neither in use nor among `given`, to which it is added. */
  #newUuid(used: ReadonlyMap<string, unknown>, given: Set<string>): string {
    const { random } = this.#options.platform;
    let id = randomUuid(random);
    while (used.has(id) || given.has(id)) id = randomUuid(random);
    given.add(id);
    return id;
  }

  /** One answer per topic, in the order asked. Rejects with ControllerUnavailable, as all commands do. */
  createTopics(
    topics: readonly CreatableTopic[],
    options: {
      readonly validateOnly: boolean;
      readonly allowInternal?: boolean;
      readonly allowance?: MutationAllowance;
    },
  ): Promise<readonly CreatedTopic[]> {
    const { policy, rules } = this.#options;
    const { validateOnly, allowInternal = false, allowance } = options;
    const newIds = new Set<string>();
    return this.#run((image) =>
      createTopics({
        ...{ topics, image, validateOnly, allowInternal, allowance, rules },
        policy: policy(),
        newTopicId: () => this.#newUuid(image.topicsById, newIds),
        randomBelow: this.#randomBelow,
      }),
    );
  }

  deleteTopics(
    topics: readonly TopicToDelete[],
    allowance?: MutationAllowance,
  ): Promise<readonly DeletedTopic[]> {
    return this.#run((image) => deleteTopics(topics, image, this.#options.policy(), allowance));
  }

  createPartitions(
    topics: readonly PartitionsToCreate[],
    options: { readonly validateOnly: boolean; readonly allowance?: MutationAllowance },
  ): Promise<readonly CreatedPartitions[]> {
    return this.#run((image) =>
      createPartitions({ ...options, topics, image, randomBelow: this.#randomBelow }),
    );
  }

  /** KIP-339: each change says set, delete, append or subtract. */
  incrementalAlterConfigs(
    resources: readonly ConfigResourceChange[],
    validateOnly: boolean,
  ): Promise<readonly AlteredResource[]> {
    return this.#alterConfigs(incrementalAlterConfigs, resources, validateOnly);
  }

  /** The legacy AlterConfigs: the given entries replace all overrides; `operation` is not read. */
  alterConfigs(
    resources: readonly ConfigResourceChange[],
    validateOnly: boolean,
  ): Promise<readonly AlteredResource[]> {
    return this.#alterConfigs(replaceConfigs, resources, validateOnly);
  }

  async #alterConfigs(
    decide: typeof incrementalAlterConfigs,
    resources: readonly ConfigResourceChange[],
    validateOnly: boolean,
  ): Promise<readonly AlteredResource[]> {
    const { rules, replicaPolicy } = this.#options;
    let elect = false;
    const answer = await this.#run((image) => {
      const result = decide({ resources, validateOnly, image, rules });
      elect = mayAllowElections(result.records);
      return withConsequences(result, image, replicaPolicy());
    });
    if (elect) this.#term?.electLeaderless();
    return answer;
  }

  /** INCONSISTENT_CLUSTER_ID, DUPLICATE_BROKER_REGISTRATION ... in the answer. `connection` is that of the request. */
  registerBroker(request: RegistrationRequest, connection: AbortSignal): Promise<RegistrationAnswer> {
    return this.#active((term) => term.registerBroker(request, connection));
  }

  /** `connection` is that of the request: when it breaks, that is news. */
  heartbeat(request: HeartbeatRequest, connection: AbortSignal): Promise<HeartbeatAnswer> {
    return this.#active((term) => term.heartbeat(request, connection));
  }

  /** A broker that will not come back is forgotten. */
  unregisterBroker(brokerId: number): Promise<CommandError> {
    return this.#run((image) => unregisterBroker(brokerId, image, this.#options.replicaPolicy()));
  }

  alterPartition(request: AlterPartitionRequest): Promise<AlterPartitionAnswer> {
    return this.#run((image) => alterPartition(request, image, this.#options.replicaPolicy()));
  }

  /** KIP-858: a broker says in which of its directories replicas lie. */
  assignReplicas(request: AssignReplicasRequest): Promise<AssignReplicasAnswer> {
    return this.#run((image) => assignReplicas(request, image, this.#options.replicaPolicy()));
  }

  electLeaders(request: ElectLeadersRequest): Promise<ElectLeadersAnswer> {
    return this.#active((term) => term.electLeaders(request));
  }

  alterReassignments(request: ReassignmentRequest): Promise<ReassignmentAnswer> {
    return this.#run((image) => alterReassignments(request, image, this.#options.replicaPolicy()));
  }

  /** Null: all that are under way. */
  listReassignments(topics: Parameters<typeof listReassignments>[0]): ReturnType<typeof listReassignments> {
    if (this.#term === null) throw inactive();
    return listReassignments(topics, this.#options.publisher.image());
  }

  /** A block of producer ids that nobody was given before, also not before a crash. */
  allocateProducerIds(brokerId: number, brokerEpoch: number): Promise<AllocatedProducerIds> {
    return this.#run((image) => allocateProducerIds(brokerId, brokerEpoch, image));
  }

  updateFeatures(updates: readonly FeatureUpdate[], validateOnly: boolean): Promise<UpdateFeaturesAnswer> {
    return this.#run((image) => updateFeatures(updates, validateOnly, image));
  }

  createAcls(acls: readonly Acl[]): Promise<readonly CommandError[]> {
    const newIds = new Set<string>();
    return this.#run((image) => createAcls(acls, image, () => this.#newUuid(image.acls, newIds)));
  }

  deleteAcls(filters: readonly AclFilter[]): Promise<readonly DeletedAcls[]> {
    return this.#run((image) => deleteAcls(filters, image));
  }

  alterClientQuotas(
    entries: readonly QuotaAlteration[],
    validateOnly: boolean,
  ): Promise<readonly AlteredQuotas[]> {
    return this.#run((image) => alterClientQuotas(entries, validateOnly, image));
  }

  alterScramUsers(changes: ScramUserChanges): Promise<readonly AlteredScramUser[]> {
    return this.#run((image) => alterScramUsers(changes, image));
  }
}

function inactive(): Error {
  return notController('This node is not the active controller.');
}
