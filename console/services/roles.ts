/** A role includes those below it: viewer, operator, admin. Pure. */
import type { Role } from '../contracts/envelope.ts';

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

export function lesserRole(one: Role, other: Role): Role {
  return ranks[one] < ranks[other] ? one : other;
}

export function hasRole(actor: { role: Role }, role: Role): boolean {
  return ranks[actor.role] >= ranks[role];
}
