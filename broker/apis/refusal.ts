/** Turns the controller's "cannot commit this now" into the error code of an answer; anything else is a fault of ours. */
import { errorOf } from '../../protocol/errors.ts';
import { ControllerUnavailable } from '../controller/controller-unavailable.ts';

export interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** Rethrows what is not an expected failure: that closes the connection and is logged. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ControllerUnavailable)
    return { errorCode: error.errorCode, errorMessage: error.message };
  throw error;
}

/** For a request that never reached a controller. */
export function refusalWith(errorCode: number): Refusal {
  return { errorCode, errorMessage: errorOf(errorCode).message };
}
