/** What the dialog of a cluster is asked for in place of an id, which never begins with a space, to add one. */
export const NEW_CLUSTER = ' new';
