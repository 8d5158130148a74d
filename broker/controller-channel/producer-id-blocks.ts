/** Blocks of producer ids from the active controller (KIP-730), for who gives them out one by one. */
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import {
  allocateProducerIdsRequest,
  allocateProducerIdsResponse,
} from '../../protocol/messages/67-allocate-producer-ids.ts';
import { ControllerUnavailable } from '../controller/controller-unavailable.ts';
import type { ProducerIdBlock } from '../coordinator/transaction/producer-id-source.ts';
import { type ControllerChannel, ControllerUnreachable } from './controller-channel.ts';

const API = { request: allocateProducerIdsRequest, response: allocateProducerIdsResponse };
const VERSION = 0;

export interface ProducerIdBlocksOptions {
  readonly channel: ControllerChannel;
  readonly brokerId: number;
  readonly brokerEpoch: () => number;
  readonly timeoutMs: () => number;
}

/** Rejects with ControllerUnavailable, with an error code that makes a client ask again. */
export function producerIdBlocks(options: ProducerIdBlocksOptions): () => Promise<ProducerIdBlock> {
  const { channel, brokerId, brokerEpoch, timeoutMs } = options;
  const unavailable = (reason: string, cause?: unknown): ControllerUnavailable =>
    new ControllerUnavailable(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, `No producer ids: ${reason}`, cause);
  return async () => {
    try {
      const { errorCode, producerIdStart, producerIdLen } = await channel.call(
        API,
        VERSION,
        { brokerId, brokerEpoch: BigInt(brokerEpoch()) },
        { timeoutMs: timeoutMs(), errorOf: (answer) => answer.errorCode },
      );
      if (errorCode !== 0) throw unavailable(errorOf(errorCode).message);
      return { firstProducerId: Number(producerIdStart), count: producerIdLen };
    } catch (error) {
      throw error instanceof ControllerUnreachable ? unavailable(error.message, error) : error;
    }
  };
}
