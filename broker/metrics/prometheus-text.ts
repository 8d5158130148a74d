/**
 * The beans as Prometheus text, named as Prometheus' jmx_exporter names them without rules:
 * `domain_firstPropertyValue_attribute{other properties as labels}`, characters outside [a-zA-Z0-9_] becoming `_`.
 * Attributes that are not numbers are left out, as there; parts of a composite attribute are appended to the name.
 */
import type { AttributeValue, Bean } from './bean-registry.ts';
import { parseObjectName } from './object-name.ts';

/** A figure of the process itself, beside the beans. */
export interface PlainSample {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly type: 'counter' | 'gauge' | 'untyped';
  readonly lines: string[];
}

/** Runs of what is no letter or digit become one underscore: `RequestMetrics_99thPercentile`. */
function safeName(text: string): string {
  const name = text.replace(/[^a-zA-Z0-9]+/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

function labelText(labels: readonly (readonly [string, string])[]): string {
  if (labels.length === 0) return '';
  const escape = (value: string): string =>
    value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  return `{${labels.map(([name, value]) => `${safeName(name)}="${escape(value)}"`).join(',')}}`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

class Families {
  readonly #families = new Map<string, Family>();

  add(
    name: string,
    type: Family['type'],
    labels: readonly (readonly [string, string])[],
    value: number,
  ): void {
    let family = this.#families.get(name);
    if (!family) {
      family = { type, lines: [] };
      this.#families.set(name, family);
    }
    family.lines.push(`${name}${labelText(labels)} ${formatNumber(value)}`);
  }

  addAttribute(name: string, labels: readonly (readonly [string, string])[], value: AttributeValue): void {
    if (typeof value === 'number') this.add(name, 'untyped', labels, value);
    else if (typeof value === 'boolean') this.add(name, 'untyped', labels, value ? 1 : 0);
    else if (typeof value === 'object' && value !== null) {
      for (const [part, inner] of Object.entries(value))
        this.addAttribute(safeName(`${name}_${part}`), labels, inner);
    }
  }

  toString(): string {
    let text = '';
    for (const [name, { type, lines }] of this.#families)
      text += `# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
    return text;
  }
}

export function prometheusText(beans: Iterable<Bean>, plain: Iterable<PlainSample>): string {
  const families = new Families();
  for (const { name, type, labels, value } of plain)
    families.add(name, type, Object.entries(labels ?? {}), value);
  for (const bean of beans) {
    const parsed = parseObjectName(bean.name);
    const [first, ...labels] = parsed?.properties ?? [];
    if (!parsed || !first) continue;
    const prefix = `${parsed.domain}_${first[1]}`;
    for (const [attribute, value] of Object.entries(bean.read())) {
      families.addAttribute(safeName(`${prefix}_${attribute}`), labels, value);
    }
  }
  return families.toString();
}
