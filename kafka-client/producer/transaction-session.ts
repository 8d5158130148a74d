/**
 * The transactions of one transactional id, one after another (KIP-98): becomes its producer, announces what it writes to before it
 * does, ends. In the older form of the protocol, which every broker with transactions speaks. What passes is repeated.
 *
 * After a failure nothing more is sent: whether the transaction can be ended only its coordinator knows, who ends it in time.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { initProducerIdRequest, initProducerIdResponse } from '../../protocol/messages/22-init-producer-id.ts'; // prettier-ignore
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from '../../protocol/messages/24-add-partitions-to-txn.ts';
import { endTxnRequest, endTxnResponse } from '../../protocol/messages/26-end-txn.ts';
import { findCoordinators } from '../admin/find-coordinators.ts';
import { toSafeNumber } from '../checked-number.ts';
import { apiCall } from '../api-call.ts';
import { brokerError, ClientError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { withRetry } from '../retry.ts';

const initApi = apiCall(initProducerIdRequest, initProducerIdResponse, { maxVersion: 4 });
const announceApi = apiCall(addPartitionsToTxnRequest, addPartitionsToTxnResponse, { maxVersion: 3 });
const endApi = apiCall(endTxnRequest, endTxnResponse, { maxVersion: 4 });
/** Coordinators come up, load, move and write their markers within this. */
const PATIENCE = { pausesMs: [20, 50, 100, 200, 400, 800, 1_000, 2_000, 4_000, 8_000, 8_000] };

export interface TransactionSettings {
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
}

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export class TransactionSession {
  /** Why there will be no more of it. */
  failure: ClientError | null = null;
  readonly #cluster: KafkaCluster;
  readonly #settings: TransactionSettings;
  #identity: ProducerIdentity | null = null;
  #coordinatorId: number | null = null;
  readonly #announced = new Map<string, Promise<void>>();

  constructor(cluster: KafkaCluster, settings: TransactionSettings) {
    this.#cluster = cluster;
    this.#settings = settings;
  }

  get transactionalId(): string {
    return this.#settings.transactionalId;
  }

  /** Aborts what was left open under the id, and shuts out who had it before. @throws ClientError */
  async init(): Promise<void> {
    const { transactionalId, transactionTimeoutMs } = this.#settings;
    this.#identity = await this.#coordinated(async (coordinator) => {
      const body = { transactionalId, transactionTimeoutMs, producerId: -1n, producerEpoch: -1 };
      const { errorCode, producerId, producerEpoch } = await this.#cluster.call(coordinator, initApi, body);
      return { errorCode, answer: { producerId: toSafeNumber(producerId), producerEpoch } };
    });
  }

  /** For what is written to the partition in this transaction. @throws ClientError */
  async identityFor(topic: string, partition: number): Promise<ProducerIdentity> {
    if (this.failure !== null) throw this.failure;
    const key = `${topic}/${String(partition)}`;
    let announced = this.#announced.get(key);
    if (announced === undefined) this.#announced.set(key, (announced = this.#announce(topic, partition)));
    await announced;
    return this.#initialised;
  }

  /** Everything that was written has to be delivered before. @throws ClientError also where something was not */
  async end(committed: boolean): Promise<void> {
    if (this.failure !== null) throw this.failure;
    const isEmpty = this.#announced.size === 0;
    this.#announced.clear();
    if (isEmpty) return;
    await this.#coordinated(async (coordinator) => {
      const body = { ...this.#onTheWire(), committed, transactionalId: this.transactionalId };
      const { errorCode } = await this.#cluster.call(coordinator, endApi, body);
      return { errorCode, answer: undefined };
    });
  }

  get #initialised(): ProducerIdentity {
    if (this.#identity === null) throw new TypeError('init() comes first');
    return this.#identity;
  }

  #onTheWire() {
    const { producerId, producerEpoch } = this.#initialised;
    return { producerId: BigInt(producerId), producerEpoch };
  }

  async #announce(topic: string, partition: number): Promise<void> {
    const { producerId, producerEpoch } = this.#onTheWire();
    await this.#coordinated(async (coordinator) => {
      const answer = await this.#cluster.call(coordinator, announceApi, {
        v3AndBelowTransactionalId: this.transactionalId,
        v3AndBelowProducerId: producerId,
        v3AndBelowProducerEpoch: producerEpoch,
        v3AndBelowTopics: [{ name: topic, partitions: [partition] }],
      });
      const told = answer.resultsByTopicV3AndBelow[0]?.resultsByPartition[0];
      return { errorCode: told?.partitionErrorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR, answer: undefined };
    });
  }

  async #coordinated<Answer>(
    ask: (coordinator: number) => Promise<{ readonly errorCode: number; readonly answer: Answer }>,
  ): Promise<Answer> {
    const what = `transactional id ${this.transactionalId}`;
    try {
      return await withRetry(async () => {
        const coordinator = (this.#coordinatorId ??= await this.#findCoordinator(what));
        // Kept only when it has answered as the coordinator.
        this.#coordinatorId = null;
        const { errorCode, answer } = await ask(coordinator);
        if (errorCode !== ErrorCode.NOT_COORDINATOR) this.#coordinatorId = coordinator;
        if (errorCode !== 0) throw brokerError(what, errorCode);
        return answer;
      }, PATIENCE);
    } catch (error) {
      if (error instanceof ClientError) this.failure ??= error;
      throw error;
    }
  }

  async #findCoordinator(what: string): Promise<number> {
    const [found] = await findCoordinators(this.#cluster, [this.transactionalId], 'transaction');
    const name = found?.error as keyof typeof ErrorCode | null | undefined;
    if (found?.coordinatorId != null) return found.coordinatorId;
    throw brokerError(what, name == null ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode[name]);
  }
}
