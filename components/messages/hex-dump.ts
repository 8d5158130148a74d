/** Bytes as a dump: the place, sixteen bytes in hexadecimal, and the letters among them. PURE. */

const ROW_BYTES = 16;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const letter = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');

export function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const row = [...bytes.subarray(at, at + ROW_BYTES)];
    const pairs = row.map((byte, index) => `${index === ROW_BYTES / 2 ? ' ' : ''}${hex(byte, 2)}`).join(' ');
    rows.push(`${hex(at, 8)}  ${pairs.padEnd(ROW_BYTES * 3)}  ${row.map(letter).join('')}`);
  }
  return rows.join('\n');
}
