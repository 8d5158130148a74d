import { describe, expect, test } from 'vitest';
import { ErrorCode, errorOf } from './errors.ts';

describe('the error table', () => {
  test('has every code from -1 on once, with a sentence', () => {
    const codes = Object.values(ErrorCode).sort((left, right) => left - right);
    expect(codes).toEqual(Array.from({ length: codes.length }, (_, index) => index - 1));
    for (const code of codes) expect(errorOf(code).message).toMatch(/^[A-Za-z].+\.$/);
  });

  test('says what a client may do', () => {
    expect(errorOf(ErrorCode.NOT_LEADER_OR_FOLLOWER)).toMatchObject({
      retriable: true,
      refreshMetadata: true,
    });
    expect(errorOf(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)).toMatchObject({
      retriable: true,
      refreshMetadata: false,
    });
    expect(errorOf(ErrorCode.INVALID_TOPIC_EXCEPTION)).toMatchObject({
      retriable: false,
      refreshMetadata: false,
    });
  });

  test('knows a code that is newer than itself by its number', () => {
    expect(errorOf(9_999)).toMatchObject({ code: 9_999, name: 'UNKNOWN_ERROR_CODE', retriable: false });
  });
});
