/** Heartbeat 0-4: a member lives; the error says whether it must join again. 3 adds static members (KIP-345). */
import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/12-heartbeat.ts';
import { defineApi } from './api-handler.ts';

export const heartbeat = defineApi({
  request: heartbeatRequest,
  response: heartbeatResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, _context, { groupCoordinator }) {
    return { errorCode: await groupCoordinator.heartbeat(request) };
  },
});
