/** A command of the controller that was not done, or of which nobody knows whether it was. */
import { ErrorCode } from '../../protocol/errors.ts';

/** `errorCode` is what to answer. With NOT_CONTROLLER the change may yet turn out to be made. */
export class ControllerUnavailable extends Error {
  override readonly name = 'ControllerUnavailable';
  readonly errorCode: number;

  constructor(errorCode: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.errorCode = errorCode;
  }
}

export function notController(message: string, cause?: unknown): ControllerUnavailable {
  return new ControllerUnavailable(ErrorCode.NOT_CONTROLLER, message, cause);
}
