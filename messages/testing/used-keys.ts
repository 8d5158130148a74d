/**
 * Which keys of the catalogue the code asks for, read from its syntax: `t('key')` of a `t` that is bound to a namespace in the same
 * scope, by `useTranslations('ns')`, `createTranslator({ namespace: 'ns' })` or as a parameter of that type.
 *
 * A key that is only known when it runs counts as used when what it is put together from is a literal somewhere in the code: so
 * t(`role.${role}`) uses `role.admin`, and would not use `role.queen`.
 */
import ts from 'typescript';

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** One call: the keys it can mean, as a pattern over the whole key. */
export interface AskedKey {
  readonly at: string;
  readonly shown: string;
  readonly pattern: RegExp;
  /** The key, where all of it is written down and nothing put together. */
  readonly key: string | null;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A part that is only known when it runs. */
const anyPart = '([^.]+|.+)';

/** The namespace in a `typeof useTranslations<'ns'>` somewhere inside a type. */
function namespaceOfType(type: ts.Node, aliases: ReadonlyMap<string, ts.TypeNode>): string | null {
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    const alias = aliases.get(type.typeName.text);
    if (alias !== undefined) return namespaceOfType(alias, aliases);
  }
  if (ts.isTypeQueryNode(type) && type.exprName.getText() === 'useTranslations') {
    const argument = type.typeArguments?.[0];
    return argument !== undefined && ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal)
      ? argument.literal.text
      : null;
  }
  return ts.forEachChild(type, (child) => namespaceOfType(child, aliases) ?? undefined) ?? null;
}

/** The namespace that a value is bound to where it is made; null when it is no translator. */
function namespaceOfValue(value: ts.Expression | undefined): string | null {
  if (value === undefined || !ts.isCallExpression(value)) return null;
  const [argument] = value.arguments;
  if (argument === undefined) return null;
  if (value.expression.getText() === 'useTranslations')
    return ts.isStringLiteral(argument) ? argument.text : null;
  if (value.expression.getText() !== 'createTranslator' || !ts.isObjectLiteralExpression(argument))
    return null;
  const named = argument.properties.find((each) => each.name?.getText() === 'namespace');
  return named !== undefined && ts.isPropertyAssignment(named) && ts.isStringLiteral(named.initializer)
    ? named.initializer.text
    : null;
}

/** A parameter of that name, or of an object of which that is taken. */
function bindsName(bound: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(bound)) return bound.text === name;
  return bound.elements.some((each) => ts.isBindingElement(each) && each.name.getText() === name);
}

/** What a name is bound to as seen from a place: the nearest declaration around it. */
function namespaceAt(place: ts.Node, name: string, aliases: ReadonlyMap<string, ts.TypeNode>): string | null {
  for (let around: ts.Node = place; !ts.isSourceFile(around); around = around.parent) {
    const scope = around.parent;
    if (ts.isFunctionLike(scope)) {
      const parameter = scope.parameters.find((each) => bindsName(each.name, name));
      if (parameter !== undefined)
        return parameter.type === undefined ? null : namespaceOfType(parameter.type, aliases);
    }
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const declared = statement.declarationList.declarations.find((each) => each.name.getText() === name);
      if (declared !== undefined) return namespaceOfValue(declared.initializer);
    }
  }
  return null;
}

/** The patterns of what a first argument can be, without its namespace. */
function patternsOf(argument: ts.Expression): { source: string; key: string | null }[] {
  if (ts.isStringLiteralLike(argument)) return [{ source: escaped(argument.text), key: argument.text }];
  if (ts.isParenthesizedExpression(argument) || ts.isAsExpression(argument))
    return patternsOf(argument.expression);
  if (ts.isConditionalExpression(argument))
    return [...patternsOf(argument.whenTrue), ...patternsOf(argument.whenFalse)];
  if (!ts.isTemplateExpression(argument)) return [{ source: anyPart, key: null }];
  const parts = argument.templateSpans.map((span) => `${anyPart}${escaped(span.literal.text)}`);
  return [{ source: `${escaped(argument.head.text)}${parts.join('')}`, key: null }];
}

/** The translator's name in `t(...)`, `t.rich(...)`, `t.has(...)`. */
function translatorOf(call: ts.CallExpression): string | null {
  const called = call.expression;
  if (ts.isIdentifier(called)) return called.text;
  if (!ts.isPropertyAccessExpression(called) || !ts.isIdentifier(called.expression)) return null;
  return ['rich', 'has', 'raw', 'markup'].includes(called.name.text) ? called.expression.text : null;
}

const files = new WeakMap<SourceText, ts.SourceFile>();

function parsed(source: SourceText): ts.SourceFile {
  const before = files.get(source);
  if (before !== undefined) return before;
  const kind = source.path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true, kind);
  files.set(source, file);
  return file;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function askedKeys(source: SourceText): AskedKey[] {
  const file = parsed(source);
  const aliases = new Map<string, ts.TypeNode>();
  for (const statement of file.statements)
    if (ts.isTypeAliasDeclaration(statement)) aliases.set(statement.name.text, statement.type);
  const asked: AskedKey[] = [];
  walk(file, (node) => {
    if (!ts.isCallExpression(node)) return;
    const name = translatorOf(node);
    const [argument] = node.arguments;
    if (name === null || argument === undefined) return;
    const namespace = namespaceAt(node, name, aliases);
    if (namespace === null) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    for (const { source: rest, key } of patternsOf(argument)) {
      const pattern = new RegExp(`^${escaped(namespace)}\\.${rest}$`);
      const shown = `${namespace}: ${argument.getText()}`;
      const whole = key === null ? null : `${namespace}.${key}`;
      asked.push({ at: `${source.path}:${line + 1}`, shown, pattern, key: whole });
    }
  });
  return asked;
}

/** Every string and every name of a property: what a key can be put together from. */
export function literalsOf(source: SourceText): Set<string> {
  const literals = new Set<string>();
  walk(parsed(source), (node) => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text);
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) literals.add(node.name.text);
  });
  return literals;
}

const wordAttributes = new Set(['aria-label', 'title', 'alt', 'label', 'help']);

/** Words that stand in a component itself, where no language reaches them. */
export function wordsInMarkup(source: SourceText): string[] {
  const found: string[] = [];
  walk(parsed(source), (node) => {
    const isText = ts.isJsxText(node);
    const isAttribute =
      ts.isStringLiteral(node) &&
      ts.isJsxAttribute(node.parent) &&
      wordAttributes.has(node.parent.name.getText());
    if ((isText || isAttribute) && /\p{L}{2}/u.test(node.text)) found.push(node.text.trim());
  });
  return found;
}
