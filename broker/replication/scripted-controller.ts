/**
 * Test support: a controller at the other end of the channel, which answers AlterPartition by Kafka's rules over the
 * state that the test gives it. It can be away, hold answers back, and refuse what it is told to.
 */
import type {
  alterPartitionRequest,
  alterPartitionResponse,
} from '../../protocol/messages/56-alter-partition.ts';
import type { Decoded } from '../../protocol/schema/notation.ts';
import { ControllerUnreachable, type ControllerChannel } from '../controller-channel/controller-channel.ts';

type Request = Decoded<typeof alterPartitionRequest>;
type Response = Decoded<typeof alterPartitionResponse>;
type PartitionAnswer = Response['topics'][number]['partitions'][number];

export interface AskedIsr {
  readonly partition: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  /** Broker ids with the epochs that they are named with. */
  readonly isr: readonly (readonly [number, number])[];
}

export class ScriptedController implements ControllerChannel {
  /** Every request, partition by partition. */
  readonly requests: AskedIsr[][] = [];
  readonly senderEpochs: number[] = [];
  isAway = false;
  /** Of the whole request. */
  errorCode = 0;
  /** Of every partition. */
  partitionError = 0;
  #held: (() => void)[] | null = null;

  /** Answers wait until `release`. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const answer of held) answer();
  }

  /** As if the answer were lost: the request was served, and nobody hears of it. */
  lose(): void {
    this.isAway = true;
    this.release();
  }

  async call(_api: unknown, _version: number, body: unknown): Promise<never> {
    if (this.isAway) throw new ControllerUnreachable('There is no controller', true);
    const { topics, brokerEpoch } = body as Request;
    this.senderEpochs.push(Number(brokerEpoch));
    const asked: AskedIsr[] = [];
    const answer: Response = {
      throttleTimeMs: 0,
      errorCode: this.errorCode,
      topics: topics.map(({ topicId, partitions }) => ({
        topicName: '',
        topicId,
        partitions: partitions.map((each): PartitionAnswer => {
          const { partitionIndex, leaderEpoch, partitionEpoch, newIsrWithEpochs } = each;
          const isr = newIsrWithEpochs.map((one) => [one.brokerId, Number(one.brokerEpoch)] as const);
          asked.push({ partition: partitionIndex, leaderEpoch, partitionEpoch, isr });
          const errorCode = this.partitionError;
          const ids = errorCode === 0 ? isr.map(([id]) => id) : [];
          const epochs = errorCode === 0 ? [leaderEpoch, partitionEpoch + 1] : [-1, -1];
          return {
            ...{ partitionIndex, errorCode, leaderId: -1, isr: ids, leaderRecoveryState: 0 },
            ...{ leaderEpoch: epochs[0] ?? -1, partitionEpoch: epochs[1] ?? -1 },
          };
        }),
      })),
    };
    this.requests.push(asked);
    if (this.#held !== null) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (this.isAway) throw new ControllerUnreachable('The connection broke', false);
    return answer as never;
  }
}
