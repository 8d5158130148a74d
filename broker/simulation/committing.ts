/**
 * Commits offsets of a group, always a higher one, and reads them back: what was confirmed is never forgotten, wherever
 * the group's coordinator moves. Group membership is not simulated: offsets of a group without members are the simple
 * consumer's.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { hold } from './broken-promise.ts';
import type { ClientHistory } from './client-history.ts';
import type { SimulatedClient } from './simulated-client.ts';

const FIND_COORDINATOR = { request: findCoordinatorRequest, response: findCoordinatorResponse };
const COMMIT = { request: offsetCommitRequest, response: offsetCommitResponse };
const FETCH = { request: offsetFetchRequest, response: offsetFetchResponse };
const FIND_COORDINATOR_VERSION = 3;
const COMMIT_VERSION = 8;
const FETCH_VERSION = 7;

export interface CommitterOptions {
  readonly client: SimulatedClient;
  readonly history: ClientHistory;
  readonly groupId: string;
  readonly topic: string;
  readonly pauseMs: number;
  /** Something that was committed may be gone with all devices that had it. */
  readonly mayForget: () => boolean;
}

export class SimulatedCommitter {
  readonly #options: CommitterOptions;
  #coordinator = -1;
  #next = 1;
  #confirmed = -1;
  /** Without an answer: the request may still be on its way over a connection that was given up, behind later ones. */
  readonly #unsure = new Set<number>();
  #stopping = false;
  isDone = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { client, pauseMs } = this.#options;
    while (!this.#stopping) {
      await client.pause(client.below(pauseMs));
      if (this.#coordinator === -1) await this.#find();
      else if (client.below(3) === 0) await this.#readBack();
      else await this.#commit();
    }
    this.isDone = true;
  }

  async #find(): Promise<void> {
    const { client, groupId } = this.#options;
    const body = { key: groupId, keyType: 0 };
    const answer = await client.call(client.anyBroker(), FIND_COORDINATOR, FIND_COORDINATOR_VERSION, body);
    if (answer?.errorCode === 0) this.#coordinator = answer.nodeId;
  }

  async #commit(): Promise<void> {
    const { client, groupId, topic, history } = this.#options;
    const offset = this.#next++;
    const answer = await client.call(this.#coordinator, COMMIT, COMMIT_VERSION, {
      groupId,
      memberId: '',
      groupInstanceId: null,
      topics: [
        {
          name: topic,
          partitions: [{ partitionIndex: 0, committedOffset: BigInt(offset), committedMetadata: null }],
        },
      ],
    });
    const errorCode = answer?.topics[0]?.partitions[0]?.errorCode ?? ErrorCode.NETWORK_EXCEPTION;
    if (errorCode !== 0) {
      this.#coordinator = -1;
      this.#unsure.add(offset);
    } else {
      this.#confirmed = offset;
      history.commits++;
    }
  }

  async #readBack(): Promise<void> {
    const { client, groupId, topic, mayForget } = this.#options;
    const confirmed = this.#confirmed;
    const answer = await client.call(this.#coordinator, FETCH, FETCH_VERSION, {
      groupId,
      topics: [{ name: topic, partitionIndexes: [0] }],
      requireStable: true,
    });
    const found = answer?.topics[0]?.partitions[0];
    if (answer?.errorCode !== 0 || found === undefined || found.errorCode !== 0) {
      this.#coordinator = -1;
      return;
    }
    const committed = Number(found.committedOffset);
    hold(committed >= confirmed || this.#unsure.has(committed) || mayForget(), () => {
      return `group ${groupId} has the offset ${String(found.committedOffset)}, ${String(confirmed)} was confirmed`;
    });
  }
}
