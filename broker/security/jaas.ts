/**
 * One entry of a JAAS configuration as `sasl.jaas.config` holds it (Kafka's JaasConfig, KIP-85): the class of a login module, a
 * control flag, options, a semicolon. Values stand in double quotes where they hold anything but letters and digits; inside, a
 * backslash takes the next character as it is.
 *
 * The console picks a name and a password out of such a text by itself: broker and console share nothing but the wire.
 */

export interface LoginModule {
  /** With its package, as it stands there. */
  readonly className: string;
  readonly options: ReadonlyMap<string, string>;
}

/** Says what is wrong without repeating the text: there are passwords in it. */
export class JaasError extends Error {
  override readonly name = 'JaasError';
}

const CONTROL_FLAGS: ReadonlySet<string> = new Set(['required', 'requisite', 'sufficient', 'optional']);
const TOKEN = /\s*(?:(?<mark>[=;])|"(?<quoted>(?:[^"\\]|\\[\s\S])*)"|(?<bare>[^\s="\\;]+))/y;

interface Token {
  readonly text: string;
  readonly isMark: boolean;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const rest = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const groups = TOKEN.exec(rest)?.groups;
    if (groups === undefined)
      throw new JaasError('has a quotation mark that is not closed, or a stray backslash');
    const { mark, quoted, bare } = groups;
    tokens.push({
      text: mark ?? quoted?.replace(/\\([\s\S])/g, '$1') ?? bare ?? '',
      isMark: mark !== undefined,
    });
  }
  return tokens;
}

/** Throws JaasError. */
export function parseLoginModule(text: string): LoginModule {
  const tokens = tokensOf(text);
  const end = tokens.pop();
  if (end?.isMark !== true || end.text !== ';') throw new JaasError('must end with a semicolon');
  const [className, flag, ...rest] = tokens;
  if (className === undefined || className.isMark)
    throw new JaasError('must begin with the class of a login module');
  if (flag === undefined || !CONTROL_FLAGS.has(flag.text.toLowerCase()))
    throw new JaasError(`must have ${[...CONTROL_FLAGS].join(', ')} after the class of the login module`);
  const options = new Map<string, string>();
  for (let index = 0; index < rest.length; index += 3) {
    const [name, equals, value] = rest.slice(index, index + 3);
    if (name?.isMark !== false || equals?.text !== '=' || !equals.isMark || value?.isMark !== false)
      throw new JaasError('must have its options as name="value", and a single login module');
    options.set(name.text, value.text);
  }
  return { className: className.text, options };
}
