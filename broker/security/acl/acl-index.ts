/**
 * ACLs by what they are about, so that those for one resource are found without looking at the others: by exact name, for all of
 * a type, and by prefix. Built anew from an image's ACLs when these have changed.
 */
import { type Acl, PatternType, WILDCARD } from './acl.ts';

interface OfType {
  readonly literal: Map<string, Acl[]>;
  readonly prefixed: Map<string, Acl[]>;
  /** Of the prefixes. */
  readonly lengths: Set<number>;
  readonly all: Acl[];
}

function add(map: Map<string, Acl[]>, acl: Acl): void {
  const own = map.get(acl.resourceName);
  if (own === undefined) map.set(acl.resourceName, [acl]);
  else own.push(acl);
}

export class AclIndex {
  readonly #types = new Map<number, OfType>();

  constructor(acls: Iterable<Acl>) {
    for (const acl of acls) {
      let ofType = this.#types.get(acl.resourceType);
      if (ofType === undefined) {
        ofType = { literal: new Map(), prefixed: new Map(), lengths: new Set(), all: [] };
        this.#types.set(acl.resourceType, ofType);
      }
      ofType.all.push(acl);
      if (acl.patternType === PatternType.LITERAL) add(ofType.literal, acl);
      else if (acl.patternType === PatternType.PREFIXED) {
        add(ofType.prefixed, acl);
        ofType.lengths.add(acl.resourceName.length);
      }
    }
  }

  /** All whose pattern has this resource among its own. */
  *about(resourceType: number, name: string): Generator<Acl> {
    const ofType = this.#types.get(resourceType);
    if (ofType === undefined) return;
    yield* ofType.literal.get(name) ?? [];
    if (name !== WILDCARD) yield* ofType.literal.get(WILDCARD) ?? [];
    for (const length of ofType.lengths) {
      if (length <= name.length) yield* ofType.prefixed.get(name.slice(0, length)) ?? [];
    }
  }

  ofType(resourceType: number): readonly Acl[] {
    return this.#types.get(resourceType)?.all ?? [];
  }
}
