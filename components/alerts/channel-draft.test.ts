/** What the form of a channel sends is what the contract takes, for each kind. */
import { describe, expect, it } from 'vitest';
import { channelInputSchema } from '../../console/contracts/channels.ts';
import { addressesOf, channelInputOf, draftOf, errorUnder, type ChannelDraft } from './channel-draft.ts';

const filled: ChannelDraft = {
  ...draftOf(null),
  ...{ name: ' On call ', to: 'a@example.org, b@example.org\nc@example.org', from: ' ' },
  ...{ hookUrl: ' https://hooks.example.org/x ', secret: 'key' },
};

describe('the draft of a channel', () => {
  it.each(['email', 'webhook', 'dingtalk', 'wechat', 'feishu', 'slack'] as const)(
    '%s: what it sends is taken',
    (type) => {
      const input = channelInputOf({ ...filled, type });
      expect(input).toMatchObject({ type, name: 'On call' });
      expect(() => channelInputSchema.parse(input)).not.toThrow();
    },
  );

  it('takes addresses apart at spaces, commas and lines, and sends nothing for what was left empty', () => {
    expect(addressesOf(filled)).toEqual(['a@example.org', 'b@example.org', 'c@example.org']);
    expect(channelInputOf(filled)?.settings).toMatchObject({ url: null, from: null, startTls: null });
  });

  it('sends a secret only for kinds that sign', () => {
    expect(channelInputOf({ ...filled, type: 'feishu' })?.settings).toMatchObject({ secret: 'key' });
    expect(channelInputOf({ ...filled, type: 'slack' })?.settings).toMatchObject({ secret: null });
  });

  it('is not complete without a name, and an address of its kind', () => {
    expect(channelInputOf({ ...filled, name: ' ' })).toBeNull();
    expect(channelInputOf({ ...filled, to: ' , ' })).toBeNull();
    expect(channelInputOf({ ...filled, type: 'slack', hookUrl: '' })).toBeNull();
  });
});

it('finds the error of a field in what lies inside it', () => {
  expect(errorUnder({ 'settings.to.1': 'is no address' }, 'settings.to')).toBe('is no address');
  expect(errorUnder({ 'settings.token': 'x' }, 'settings.to')).toBeUndefined();
});
