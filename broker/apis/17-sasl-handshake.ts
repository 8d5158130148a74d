/**
 * SaslHandshake 0-1 where there is nothing to prove: on a listener without SASL, or when it was proved and need not be again. On
 * a listener with SASL server/ answers it before it comes here (security/sasl/sasl-session.ts).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { saslHandshakeRequest, saslHandshakeResponse } from '../../protocol/messages/17-sasl-handshake.ts';
import { defineControllerApi } from './api-handler.ts';

export const saslHandshake = defineControllerApi({
  request: saslHandshakeRequest,
  response: saslHandshakeResponse,
  minVersion: 0,
  maxVersion: 1,
  handle: () => ({ errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] }),
});
