/**
 * ControllerRegistration: a controller makes its endpoints and features known to the active one (KIP-919).
 */
import {
  array,
  bool,
  int16,
  int32,
  request,
  response,
  string,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const controllerRegistrationRequest = request(
  70,
  'ControllerRegistrationRequest',
  { versions: '0', flexible: '0+' },
  {
    controllerId: int32('0+'),
    incarnationId: uuid('0+'),
    zkMigrationReady: bool('0+'),
    listeners: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
      securityProtocol: int16('0+'),
    }),
    features: array('0+', {
      name: string('0+'),
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
  },
);
export type ControllerRegistrationRequest = Decoded<typeof controllerRegistrationRequest>;

export const controllerRegistrationResponse = response(
  70,
  'ControllerRegistrationResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
  },
);
export type ControllerRegistrationResponse = Decoded<typeof controllerRegistrationResponse>;
