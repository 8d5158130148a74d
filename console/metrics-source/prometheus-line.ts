/**
 * One line of the Prometheus text format (version 0.0.4): `name{label="value",...} value [timestamp]`. The name is looked at
 * first, because a broker has tens of thousands of lines about other things, whose labels are not worth reading.
 */

export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const linePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gy;

/** Longer than any line of a broker: a topic's name has at most 249 characters. */
export const LINE_LENGTH_MAX = 16_384;
const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;

/** '' for a comment, an empty line, and a line that no broker writes. */
export function nameOf(line: string): string {
  return line.length > LINE_LENGTH_MAX ? '' : (namePattern.exec(line)?.[0] ?? '');
}

/** Null for a line that cannot be read, and for one without a number. */
export function sampleOf(line: string): PrometheusSample | null {
  const match = linePattern.exec(line);
  if (match === null) return null;
  const [, name = '', labelText = '', valueText = ''] = match;
  const value = Number(valueText);
  const labels = labelsOf(labelText);
  return Number.isFinite(value) && labels !== null ? { name, labels, value } : null;
}

function labelsOf(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const match = labelPattern.exec(text);
    if (match === null) return null;
    end = labelPattern.lastIndex;
    labels[match[1] ?? ''] = unescaped(match[2] ?? '');
  }
  return labels;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_whole, character: string) => (character === 'n' ? '\n' : character));
}
