/**
 * Reads Prometheus text as strictly as its format (version 0.0.4) is written, and says every way in which a text is not that:
 * what `promtool check metrics` calls an error, without promtool. Returns no line for a text that is well formed.
 */

const nameForm = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const types = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const valueForm = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]Inf)$/;

interface Family {
  hasHelp: boolean;
  type: string | null;
  samples: number;
}

export interface ReadSeries {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: string;
}

export interface ReadExposition {
  readonly problems: readonly string[];
  readonly types: ReadonlyMap<string, string>;
  readonly series: readonly ReadSeries[];
}

export function readExposition(text: string): ReadExposition {
  const problems: string[] = [];
  if (text !== '' && !text.endsWith('\n')) problems.push('the last line has no end');
  if (text.includes('\r')) problems.push('a carriage return');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  const series: ReadSeries[] = [];
  let current = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const say = (problem: string): void => void problems.push(`${problem}: ${line}`);
    if (line === '') say('an empty line');
    else if (line.startsWith('#')) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+)(?: (.*))?$/.exec(line) ?? [];
      if (kind === undefined) continue;
      if (name !== current && families.has(name)) say('the lines of a family are apart');
      current = name;
      const family = families.get(name) ?? { hasHelp: false, type: null, samples: 0 };
      families.set(name, family);
      takeHead(kind, rest, family, say);
    } else {
      const sample = sampleOf(line, say);
      if (sample === null) continue;
      const family = families.get(sample.name);
      if (family?.type === undefined || family.type === null) say('a sample without HELP and TYPE before it');
      else if (sample.name !== current) say('the lines of a family are apart');
      else family.samples += 1;
      const key = `${sample.name} ${JSON.stringify([...sample.labels].sort())}`;
      if (seen.has(key)) say('a series that was there before');
      seen.add(key);
      series.push(sample);
    }
  }
  for (const [name, { hasHelp, type, samples }] of families) {
    if (!nameForm.test(name)) problems.push(`not a name: ${name}`);
    if (!hasHelp || type === null) problems.push(`HELP or TYPE is missing: ${name}`);
    if (samples === 0) problems.push(`a head without a line: ${name}`);
    if (type === 'counter' && !name.endsWith('_total')) problems.push(`a counter without _total: ${name}`);
  }
  return { problems, types: new Map([...families].map(([name, { type }]) => [name, type ?? ''])), series };
}

function takeHead(kind: string, rest: string, family: Family, say: (problem: string) => void): void {
  if (kind === 'HELP') {
    if (family.hasHelp) say('HELP twice');
    family.hasHelp = true;
    if (rest === '') say('no words of help');
    if (/\\(?![\\n])/.test(rest)) say('a stray backslash');
  } else {
    if (family.type !== null) say('TYPE twice');
    if (!types.has(rest)) say('no such type');
    if (family.samples > 0) say('TYPE behind its samples');
    family.type = rest;
  }
}

function sampleOf(line: string, say: (problem: string) => void): ReadSeries | null {
  const match = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null) {
    say('not a sample');
    return null;
  }
  const [, name = '', labelText, value = ''] = match;
  if (!nameForm.test(name)) say('not a name');
  if (!valueForm.test(value)) say('not a value');
  const labels = new Map<string, string>();
  let rest = labelText ?? '';
  while (rest !== '') {
    const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(?:,(?=.)|$)/.exec(rest);
    if (label === null) {
      say('not a label');
      return null;
    }
    const [whole, key = '', escaped = ''] = label;
    if (labels.has(key)) say('a label twice');
    if (key.startsWith('__')) say('a reserved label');
    labels.set(
      key,
      escaped.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char)),
    );
    rest = rest.slice(whole.length);
  }
  return { name, labels, value };
}
