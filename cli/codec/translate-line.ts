/**
 * One line of `aquila codec`: a JSON object that names a message, turned from its JSON form into bytes or back.
 *
 *   encode  {type, apiKey, name, version, json} -> the same with `hex`
 *   decode  {type, apiKey, name, version, hex}  -> the same with `json`
 *
 * The message is found by `name`, or by `type` and `apiKey`. What cannot be read gives `{error}` in its place, so
 * that line N of the output always belongs to line N of the input. Where no form of bytes is named, they are written
 * in hex, and read as what they look like. Pure.
 */
import { allMessages } from '../../protocol/messages/all-messages.ts';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import { parseExactJson, stringifyExactJson } from '../../protocol/schema/exact-json.ts';
import { messageFromJson, messageToJson, type BytesForm } from '../../protocol/schema/json-form.ts';
import type { MessageSchema } from '../../protocol/schema/notation.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';

export type Direction = 'encode' | 'decode';

export interface TranslatedLine {
  readonly text: string;
  readonly failed: boolean;
}

export function translateLine(
  line: string,
  direction: Direction,
  bytesForm: BytesForm | null,
): TranslatedLine {
  try {
    return { text: stringifyExactJson(translate(parseExactJson(line), direction, bytesForm)), failed: false };
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof SyntaxError)) throw error;
    return { text: stringifyExactJson({ error: error.message }), failed: true };
  }
}

function translate(
  line: unknown,
  direction: Direction,
  bytesForm: BytesForm | null,
): Record<string, unknown> {
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    throw fault('the line is no JSON object');
  const given = line as Record<string, unknown>;
  const schema = schemaOf(given);
  const version = given['version'];
  if (typeof version !== 'number') throw fault('version has to be a number');
  if (direction === 'encode') {
    const { hex: _replaced, ...rest } = given;
    const value = messageFromJson(schema, version, given['json'], bytesForm ?? 'either');
    return { ...rest, hex: encodeMessage(schema, version, value).toString('hex') };
  }
  const { json: _replaced, ...rest } = given;
  const value = decodeMessage(schema, version, bytesOf(given['hex']));
  return { ...rest, json: messageToJson(schema, version, value, bytesForm ?? 'hex') };
}

function schemaOf({ name, type, apiKey }: Readonly<Record<string, unknown>>): MessageSchema {
  if (typeof name === 'string') {
    const schema = allMessages.get(name);
    if (schema === undefined) throw fault(`no message is called "${name.slice(0, 100)}"`);
    return schema;
  }
  for (const schema of allMessages.values()) {
    if (schema.kind !== 'record' && schema.kind === type && schema.apiKey === apiKey) return schema;
  }
  throw fault('name is missing, and type and apiKey name no request or response');
}

function bytesOf(hex: unknown): Buffer {
  if (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(hex))
    throw fault('hex has to be pairs of hex digits');
  return Buffer.from(hex, 'hex');
}

function fault(message: string): ProtocolError {
  return new ProtocolError('value', message);
}
