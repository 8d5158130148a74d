/** Every kind of channel, by the name that the API calls it. */
import type { ChannelType } from './channel-type.ts';
import { emailChannel } from './email.ts';

export const channelTypes: Readonly<Record<string, ChannelType>> = {
  email: emailChannel,
};
