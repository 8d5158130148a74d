/**
 * A member of a group as most have it: a kafkajs consumer, which reads and commits by itself. It is killed by taking its connections
 * away for good, so that it cannot say goodbye; a process that ends looks the same to a broker.
 */
import { connect, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Consumer, type ISocketFactory, Kafka, KafkaJSError } from 'kafkajs';
import { kafkajsLog } from '../../demo/kafkajs-log.ts';
import {
  type ChurningGroup,
  type ChurningMember,
  HEARTBEAT_MS,
  REBALANCE_MS,
  SESSION_MS,
} from './churning-member.ts';
import type { Holding } from './group-ledger.ts';
import { GroupWire } from './group-wire.ts';

const RETRY_MS = 100;
/** kafkajs says goodbye to a coordinator that it cannot reach for longer than anybody waits. */
const LAST_WORDS_MS = 5_000;

export class KafkaJsMember implements ChurningMember {
  readonly instanceId = null;
  readonly #topic: string;
  readonly #wire: GroupWire;
  readonly #consumer: Consumer;
  readonly #sockets = new Set<Socket>();
  readonly #complain: (error: unknown) => void;
  #isAlive = true;
  #isCutOff = false;
  #ended: Promise<void> = Promise.resolve();

  constructor({ cluster, group, topic, ledger }: ChurningGroup) {
    this.#topic = topic;
    this.#wire = new GroupWire(ledger, topic);
    this.#complain = (error) => ledger.breaches.push(`kafkajs: ${String(error)}`);
    const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 20 };
    const kafka = new Kafka({
      ...{ clientId: 'churn', brokers: cluster.bootstrap, ...kafkajsLog },
      ...{ connectionTimeout: 2_000, socketFactory: this.#socket, retry },
    });
    this.#consumer = kafka.consumer({
      ...{ groupId: group, sessionTimeout: SESSION_MS, rebalanceTimeout: REBALANCE_MS },
      heartbeatInterval: HEARTBEAT_MS,
      retry: { ...retry, restartOnFailure: () => Promise.resolve(this.#isAlive) },
    });
  }

  get holding(): Holding | null {
    return this.#wire.last;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  start(): void {
    this.#run().catch((error: unknown) => {
      if (this.#isAlive) this.#complain(error);
    });
  }

  kill(): void {
    this.#isAlive = false;
    this.#isCutOff = true;
    for (const socket of this.#sockets) socket.destroy();
    // Its timers end, too. It can reach nobody with it.
    this.#ended = this.#consumer.disconnect().catch(() => undefined);
  }

  async leave(): Promise<void> {
    this.#isAlive = false;
    await this.#consumer.disconnect().catch(() => undefined);
  }

  /** Resolves when nothing of a killed one runs any more, as far as one waits for that. */
  get ended(): Promise<void> {
    return Promise.race([this.#ended, pause(LAST_WORDS_MS, undefined, { ref: false })]);
  }

  /** kafkajs does not commit for who is dead. */
  commitFromTheGrave(): Promise<void> {
    return Promise.resolve();
  }

  readonly #socket: ISocketFactory = ({ host, port, onConnect }) => {
    if (this.#isCutOff) {
      const dead = new Socket();
      process.nextTick(() => dead.destroy(new Error('the machine is gone')));
      return dead;
    }
    const socket = connect({ host, port }, onConnect);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#wire.observe(socket);
    return socket;
  };

  async #run(): Promise<void> {
    while (this.#isAlive && !(await this.#connected())) await pause(RETRY_MS);
    if (!this.isAlive) return;
    await this.#consumer.run({
      autoCommitInterval: 300,
      eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
        for (const { offset } of batch.messages) resolveOffset(offset);
        await commitOffsetsIfNecessary();
        await heartbeat();
      },
    });
  }

  /** A broker that dies just now breaks the first connection, for which kafkajs does not try again. */
  async #connected(): Promise<boolean> {
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [this.#topic], fromBeginning: true });
      return true;
    } catch (error) {
      if (error instanceof KafkaJSError) return false;
      throw error;
    }
  }
}
