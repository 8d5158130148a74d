/**
 * AssignReplicasToDirs 0: a broker with several log directories says in which of them its replicas lie (KIP-858), so that
 * the controller knows what a failing disk takes with it. Between nodes only.
 */
import {
  assignReplicasToDirsRequest,
  assignReplicasToDirsResponse,
} from '../../protocol/messages/73-assign-replicas-to-dirs.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const assignReplicasToDirs = defineControllerApi({
  request: assignReplicasToDirsRequest,
  response: assignReplicasToDirsResponse,
  minVersion: 0,
  maxVersion: 0,
  async handle({ brokerId, brokerEpoch, directories }, _context, { controller }) {
    try {
      return await controller.assignReplicas({ brokerId, brokerEpoch: Number(brokerEpoch), directories });
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode, directories: [] };
    }
  },
});
