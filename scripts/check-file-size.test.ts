import { describe, expect, it } from 'vitest';
import { complaintsAbout } from './check-file-size.ts';

const lines = (count: number): string => 'x\n'.repeat(count);

describe('check-file-size', () => {
  it.each([
    ['broker/log/segment.ts', 400, 0],
    ['broker/log/segment.ts', 401, 1],
    ['broker/log/segment.test.ts', 600, 0],
    ['broker/log/segment.test.ts', 601, 1],
    ['e2e/sign-in.spec.ts', 600, 0],
    ['broker/config/topic-keys.ts', 900, 0],
  ])('%s with %d lines', (file, count, complaints) => {
    expect(complaintsAbout(file, lines(count))).toHaveLength(complaints);
  });

  it.each([
    'console/utils/rates.ts',
    'broker/log/helpers.ts',
    'components/common/button.tsx',
    'cli/manager.ts',
  ])('refuses the name of %s', (file) => {
    expect(complaintsAbout(file, '')).toHaveLength(1);
  });

  it('lets a noun stand before manager, and route folders be what Next wants', () => {
    expect(complaintsAbout('broker/replication/replica-manager.ts', '')).toEqual([]);
    expect(complaintsAbout('app/(console)/topics/[name]/page.tsx', '')).toEqual([]);
  });

  it('wants kebab-case', () => {
    expect(complaintsAbout('components/TopicTable.tsx', '')).toHaveLength(1);
  });
});
