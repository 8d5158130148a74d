/** SaslAuthenticate 0-2 where no SaslHandshake came before it: out of place, in Kafka's words. */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  saslAuthenticateRequest,
  saslAuthenticateResponse,
} from '../../protocol/messages/36-sasl-authenticate.ts';
import { defineControllerApi } from './api-handler.ts';

export const saslAuthenticate = defineControllerApi({
  request: saslAuthenticateRequest,
  response: saslAuthenticateResponse,
  minVersion: 0,
  maxVersion: 2,
  handle: () => ({
    errorCode: ErrorCode.ILLEGAL_SASL_STATE,
    errorMessage: 'SaslAuthenticate request received after successful authentication',
  }),
});
