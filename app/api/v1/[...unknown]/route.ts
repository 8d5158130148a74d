/** Everything below /api/v1 that is no endpoint: 401 without a sign-in, like all of it, and otherwise 404. */
import { handleUnknown } from '@/app/api/handler.ts';

export {
  handleUnknown as DELETE,
  handleUnknown as GET,
  handleUnknown as PATCH,
  handleUnknown as POST,
  handleUnknown as PUT,
};
