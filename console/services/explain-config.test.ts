/** Kafka's documentation is HTML, and is shown as text. */
import { expect, test } from 'vitest';
import { plainText } from './explain-config.ts';

test.each([
  ['Plain words.', 'Plain words.'],
  ['Either <code>delete</code> or <code>compact</code>.', 'Either delete or compact.'],
  ['See <a href="https://kafka.apache.org/x?a=1&b=2">log compaction</a>.', 'See log compaction.'],
  ['One.<p>Two:<ul><li>a</li><li>b</li></ul>', 'One.\nTwo:\na\nb'],
  ['  at   most\tso\u00a0many ', 'at most so many'],
  ['&lt;bean&gt; &amp; &quot;words&quot;', '<bean> & "words"'],
  ['&amp;lt;', '&lt;'],
  ['a < b and c > d', 'a < b and c > d'],
  ['<script>alert(1)</script>', 'alert(1)'],
])('%j reads %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});
