/**
 * The error codes in answers, counted (Kafka's AbstractResponse.errorCounts): each field `errorCode` on its own, those of single topics and
 * partitions too. Where they are is read from the notation of a message, once.
 */
import type { Fields, MessageSchema } from '../../protocol/schema/notation.ts';

/** Of one answer. */
export class ErrorTally {
  /** Parts without an error. */
  none = 0;
  /** One for each part that has one. */
  readonly codes: number[] = [];

  add(errorCode: number | undefined): void {
    if (errorCode === undefined || errorCode === 0) this.none += 1;
    else this.codes.push(errorCode);
  }

  clear(): void {
    this.none = 0;
    this.codes.length = 0;
  }
}

type Value = Readonly<Record<string, unknown>>;
type Visit = (value: Value, tally: ErrorTally) => void;

function visitOf(fields: Fields): Visit | null {
  const visits: Visit[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (name === 'errorCode' && field.type === 'int16') {
      visits.push((value, tally) => tally.add(value['errorCode'] as number | undefined));
      continue;
    }
    const inner = field.fields === null ? null : visitOf(field.fields);
    if (inner === null) continue;
    visits.push((value, tally) => {
      const found = value[name];
      if (Array.isArray(found)) for (const one of found as readonly Value[]) inner(one, tally);
      else if (typeof found === 'object' && found !== null) inner(found as Value, tally);
    });
  }
  const [only] = visits;
  if (only === undefined) return null;
  if (visits.length === 1) return only;
  return (value, tally) => {
    for (const visit of visits) visit(value, tally);
  };
}

const visits = new WeakMap<MessageSchema, Visit>();

/** Adds all error codes of `body`; one that is none for an answer that has no place for them. */
export function tallyErrors(schema: MessageSchema, body: object, tally: ErrorTally): void {
  let visit = visits.get(schema);
  if (visit === undefined) {
    visit = visitOf(schema.fields) ?? ((_value, into) => into.add(0));
    visits.set(schema, visit);
  }
  visit(body as Value, tally);
}
