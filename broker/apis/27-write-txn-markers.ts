/**
 * WriteTxnMarkers 0-2: a transaction coordinator has transactions ended in partitions that this broker leads (KIP-98). Also
 * how a tool ends a transaction that nobody coordinates any more (KIP-664). 2 says how the transaction was run (KIP-1228).
 */
import {
  writeTxnMarkersRequest,
  writeTxnMarkersResponse,
} from '../../protocol/messages/27-write-txn-markers.ts';
import { defineApi } from './api-handler.ts';

export const writeTxnMarkers = defineApi({
  request: writeTxnMarkersRequest,
  response: writeTxnMarkersResponse,
  minVersion: 0,
  maxVersion: 2,
  handle: (request, _context, { markerWriter }) => markerWriter.write(request),
});
