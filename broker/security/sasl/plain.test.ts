import { describe, expect, it } from 'vitest';
import { SaslFailure } from './exchange.ts';
import { PlainExchange } from './plain.ts';

const users = new Map([
  ['alice', 'opensesame'],
  ['zoë', 'pässword'],
  ['empty', ''],
]);

const answer = (text: string) =>
  new PlainExchange((name) => users.get(name)).answer(Buffer.from(text, 'utf8'));

describe('PLAIN', () => {
  it.each([
    ['alice', '\0alice\0opensesame'],
    ['alice', 'alice\0alice\0opensesame'],
    ['zoë', '\0zoë\0pässword'],
  ])('knows %s', (name, token) => {
    expect(answer(token)).toEqual({ token: Buffer.alloc(0), name });
  });

  it.each([
    ['\0alice\0opensesam', 'Invalid username or password'],
    ['\0alice\0opensesamee', 'Invalid username or password'],
    ['\0Alice\0opensesame', 'Invalid username or password'],
    ['\0nobody\0opensesame', 'Invalid username or password'],
    ['\0constructor\0x', 'Invalid username or password'],
    ['bob\0alice\0opensesame', 'authorization id that is different'],
    ['\0\0opensesame', 'username not specified'],
    ['\0alice\0', 'password not specified'],
    ['\0empty\0', 'password not specified'],
    ['alice\0opensesame', 'expected 3 tokens, got 2'],
    ['\0alice\0open\0sesame', 'expected 3 tokens, got 4'],
    ['', 'expected 3 tokens, got 1'],
  ])('refuses %j without repeating it', (token, reason) => {
    expect(() => answer(token)).toThrow(SaslFailure);
    expect(() => answer(token)).toThrow(reason);
    expect(() => answer(token)).not.toThrow('sesame');
  });
});
