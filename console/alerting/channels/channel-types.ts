/** Every kind of channel, by the name that the API calls it. */
import type { ChannelTypeName } from '../../contracts/channels.ts';
import type { ChannelType } from './channel-type.ts';
import { dingtalkChannel } from './dingtalk.ts';
import { emailChannel } from './email.ts';
import { feishuChannel } from './feishu.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';
import { wechatChannel } from './wechat.ts';

const byName: Readonly<Record<ChannelTypeName, ChannelType>> = {
  email: emailChannel,
  webhook: webhookChannel,
  dingtalk: dingtalkChannel,
  wechat: wechatChannel,
  feishu: feishuChannel,
  slack: slackChannel,
};

export const channelTypes: Readonly<Record<string, ChannelType>> = byName;
