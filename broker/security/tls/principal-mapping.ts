/**
 * How the subject of a client's certificate becomes the name of a principal (KIP-371, Kafka's SslPrincipalMapper): the first rule
 * whose pattern matches the whole distinguished name says it; DEFAULT is the name as it is. Whom no rule knows is not let in.
 *
 * Rules stand one after another, with commas between: `RULE:pattern/replacement/` or `RULE:pattern/replacement/L` (or U, for
 * the case of the outcome). Patterns are Java's regular expressions, of which JavaScript's are taken; `$1` is a group.
 */

export interface PrincipalMapping {
  /** The name of the principal for a distinguished name (RFC 2253); null where no rule matches. */
  nameOf(distinguishedName: string): string | null;
}

interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string;
  readonly inCase: (name: string) => string;
}

const RULE = /RULE:((?:\\.|[^\\/])*)\/((?:\\.|[^\\/])*)\/([LU]?)\s*(?:,\s*|$)/y;
const DEFAULT = /DEFAULT\s*(?:,\s*|$)/y;
const DEFAULT_RULE: Rule = { pattern: /^(.*)$/s, replacement: '$1', inCase: (name) => name };

function ruleOf([, pattern = '', replacement = '', letterCase = '']: readonly string[]): Rule | null {
  const inCase = {
    L: (name: string) => name.toLowerCase(),
    U: (name: string) => name.toUpperCase(),
  }[letterCase];
  try {
    return {
      pattern: new RegExp(`^(?:${pattern})$`, 's'),
      replacement: replacement.replace(/\\(.)/g, '$1'),
      inCase: inCase ?? ((name) => name),
    };
  } catch {
    return null;
  }
}

/** The rules, or what they must be, in words. */
export function parseMappingRules(text: string): PrincipalMapping | string {
  const rules: Rule[] = [];
  const rest = text.trim();
  for (let position = 0; position < rest.length;) {
    RULE.lastIndex = DEFAULT.lastIndex = position;
    const written = RULE.exec(rest);
    const isDefault = written === null && DEFAULT.test(rest);
    const rule = isDefault ? DEFAULT_RULE : written === null ? null : ruleOf(written);
    if (rule === null)
      return `must be DEFAULT or RULE:pattern/replacement/[LU], one or more with commas between, and is not at character ${String(position + 1)}`;
    rules.push(rule);
    position = isDefault ? DEFAULT.lastIndex : RULE.lastIndex;
  }
  return {
    nameOf: (distinguishedName) => {
      const rule = rules.find(({ pattern }) => pattern.test(distinguishedName));
      if (rule === undefined) return null;
      return rule.inCase(distinguishedName.replace(rule.pattern, rule.replacement));
    },
  };
}
