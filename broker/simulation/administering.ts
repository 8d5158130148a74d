/**
 * The operator of a simulated cluster: makes the topics, and while there is trouble makes and deletes another one, moves
 * replicas and asks for the preferred leaders. Any broker is asked; whether it worked is seen later or not at all.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../../protocol/messages/20-delete-topics.ts';
import { electLeadersRequest, electLeadersResponse } from '../../protocol/messages/43-elect-leaders.ts';
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from '../../protocol/messages/45-alter-partition-reassignments.ts';
import type { SimulatedClient } from './simulated-client.ts';

const CREATE = { request: createTopicsRequest, response: createTopicsResponse };
const DELETE = { request: deleteTopicsRequest, response: deleteTopicsResponse };
const ELECT = { request: electLeadersRequest, response: electLeadersResponse };
const REASSIGN = {
  request: alterPartitionReassignmentsRequest,
  response: alterPartitionReassignmentsResponse,
};
const TIMEOUT_MS = 2_000;
const MOST_REPLICAS = 3;

export interface AdministratorOptions {
  readonly client: SimulatedClient;
  readonly brokerIds: readonly number[];
  /** Replicas are moved from broker to broker. */
  readonly moves: boolean;
  readonly log: (line: string) => void;
}

export class Administrator {
  readonly #options: AdministratorOptions;
  readonly #replicas: number;
  #stopping = false;
  isFormed = false;
  isDone = false;

  constructor(options: AdministratorOptions) {
    this.#options = options;
    this.#replicas = Math.min(MOST_REPLICAS, options.brokerIds.length);
  }

  stop(): void {
    this.#stopping = true;
  }

  /** Until the topics of the workload are there and have leaders. */
  async form(): Promise<void> {
    const { client } = this.#options;
    const wanted = [
      { name: 'work', numPartitions: 2, minInSync: '2' },
      { name: 'few', numPartitions: 1, minInSync: '1' },
    ];
    for (const topic of wanted) {
      for (;;) {
        await this.#create(topic.name, topic.numPartitions, topic.minInSync);
        const known = await client.refresh(topic.name);
        const partitions = [...(known?.partitions.values() ?? [])];
        if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) break;
        await client.pause(100);
      }
    }
    this.isFormed = true;
  }

  async run(): Promise<void> {
    const { client, moves } = this.#options;
    while (!this.#stopping) {
      await client.pause(300 + client.below(2_500));
      const choice = client.below(4);
      if (choice === 0) await this.#create('churn', 1 + client.below(2), '1');
      else if (choice === 1) await this.#delete('churn');
      else if (choice === 2) await this.#electPreferred();
      else if (moves) await this.#move(client.below(2) === 0 ? 'work' : 'few');
    }
    this.isDone = true;
  }

  async #create(name: string, numPartitions: number, minInSync: string): Promise<void> {
    const { client, log } = this.#options;
    const answer = await client.call(client.anyBroker(), CREATE, 7, {
      topics: [
        {
          ...{ name, numPartitions, replicationFactor: this.#replicas, assignments: [] },
          configs: [{ name: 'min.insync.replicas', value: minInSync }],
        },
      ],
      timeoutMs: TIMEOUT_MS,
      validateOnly: false,
    });
    const errorCode = answer?.topics[0]?.errorCode ?? ErrorCode.NETWORK_EXCEPTION;
    log(`topic ${name} made: ${String(errorCode)} ${answer?.topics[0]?.errorMessage ?? ''}`);
  }

  async #delete(name: string): Promise<void> {
    const { client, log } = this.#options;
    const body = { topics: [{ name, topicId: NO_ID }], topicNames: [], timeoutMs: TIMEOUT_MS };
    const answer = await client.call(client.anyBroker(), DELETE, 6, body);
    log(`topic ${name} deleted: ${String(answer?.responses[0]?.errorCode)}`);
  }

  async #electPreferred(): Promise<void> {
    const { client, log } = this.#options;
    const body = { electionType: 0, topicPartitions: null, timeoutMs: TIMEOUT_MS };
    const answer = await client.call(client.anyBroker(), ELECT, 2, body);
    log(`preferred leaders: ${String(answer?.errorCode)}`);
  }

  /** The last replica's disk is gone for good: whoever is left leads, and what only that one had is given up. */
  async electUnclean(topic: string, partition: number): Promise<void> {
    const { client, log } = this.#options;
    const topicPartitions = [{ topic, partitions: [partition] }];
    const body = { electionType: 1, topicPartitions, timeoutMs: TIMEOUT_MS };
    const answer = await client.call(client.anyBroker(), ELECT, 2, body);
    log(`any leader for ${topic}-${String(partition)}: ${String(answer?.errorCode)}`);
  }

  async #move(name: string): Promise<void> {
    const { client, brokerIds, log } = this.#options;
    const rest = [...brokerIds];
    const replicas: number[] = [];
    while (replicas.length < this.#replicas) replicas.push(...rest.splice(client.below(rest.length), 1));
    const partitionIndex = client.below(client.topic(name)?.partitions.size ?? 1);
    const answer = await client.call(client.anyBroker(), REASSIGN, 0, {
      timeoutMs: TIMEOUT_MS,
      topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
    });
    const errorCode = answer?.responses[0]?.partitions[0]?.errorCode ?? answer?.errorCode;
    log(`${name}-${String(partitionIndex)} moved to ${replicas.join()}: ${String(errorCode)}`);
  }
}

const NO_ID = 'A'.repeat(22);
