/** Fresh ids of topics, as Kafka's Uuid.randomUuid makes them. */
import type { Random } from '../platform/platform.ts';

/** 22 characters, base64url of 16 bytes. */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16);
    // RFC 4122 version 4. A leading dash would read as an option on a command line.
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const text = bytes.toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}
