/** Decides blocks of producer ids: each is given to one registered broker, once, also across crashes. */
import { registrationOf } from './broker-epoch.ts';
import type { CommandError, CommandResult } from './command.ts';
import type { MetadataImage } from './image.ts';

export const PRODUCER_ID_BLOCK_SIZE = 1000;

export interface ProducerIdBlock {
  readonly firstProducerId: number;
  readonly count: number;
}

export type AllocatedProducerIds = ProducerIdBlock & CommandError;

/** STALE_BROKER_EPOCH: that registration does not count any more. */
export function allocateProducerIds(
  brokerId: number,
  brokerEpoch: number,
  image: MetadataImage,
): CommandResult<AllocatedProducerIds> {
  const broker = registrationOf(brokerId, brokerEpoch, image);
  if ('errorCode' in broker) return { records: [], response: { ...broker, firstProducerId: -1, count: 0 } };
  const firstProducerId = image.nextProducerId;
  const nextProducerId = firstProducerId + PRODUCER_ID_BLOCK_SIZE;
  return {
    records: [{ type: 'ProducerIdsRecord', brokerId, brokerEpoch, nextProducerId }],
    response: { errorCode: 0, errorMessage: null, firstProducerId, count: PRODUCER_ID_BLOCK_SIZE },
  };
}
