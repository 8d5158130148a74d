/** The form of a user sends what was changed and nothing else: every change ends the user's sessions. */
import { expect, test } from 'vitest';
import { createUserSchema, changeUserSchema, type User } from '../../console/contracts/accounts.ts';
import { changeOf, draftOf, emptyDraft, newUserOf } from './user-draft.ts';

const ann: User = {
  id: 'u1',
  name: 'ann',
  role: 'operator',
  clusters: [
    { cluster: 'b', role: 'operator' },
    { cluster: 'a', role: 'viewer' },
  ],
  source: 'local',
  disabled: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  lastLoginAt: null,
};

test('nothing changed is nothing to send', () => {
  expect(changeOf(ann, draftOf(ann))).toBeNull();
  expect(changeOf({ ...ann, clusters: null }, draftOf({ ...ann, clusters: null }))).toBeNull();
});

test('each field is sent when it is another, alone', () => {
  const draft = draftOf(ann);
  expect(changeOf(ann, { ...draft, disabled: true })).toEqual({ disabled: true });
  expect(changeOf(ann, { ...draft, password: 'long enough' })).toEqual({ password: 'long enough' });
  expect(changeOf(ann, { ...draft, limited: false })).toEqual({ clusters: null });
  expect(changeOf(ann, { ...draft, parts: { b: 'operator' } })).toEqual({
    clusters: [{ cluster: 'b', role: 'operator' }],
  });
});

test('an administrator has all clusters, and a viewer is a viewer in each', () => {
  const draft = draftOf(ann);
  expect(changeOf(ann, { ...draft, role: 'admin' })).toEqual({ role: 'admin', clusters: null });
  expect(changeOf(ann, { ...draft, role: 'viewer' })).toMatchObject({
    role: 'viewer',
    clusters: [
      { cluster: 'b', role: 'viewer' },
      { cluster: 'a', role: 'viewer' },
    ],
  });
});

test('what is sent is what the contract takes', () => {
  const made = newUserOf({ ...emptyDraft, name: 'bob', password: 'long enough', limited: true });
  expect(createUserSchema.parse(made)).toEqual({
    name: 'bob',
    role: 'viewer',
    password: 'long enough',
    clusters: [],
  });
  expect(changeUserSchema.parse(changeOf(ann, { ...draftOf(ann), disabled: true }))).toEqual({
    disabled: true,
  });
});
