/** Refuses a Node that is too old before anything else runs, in one line instead of a syntax error somewhere else. */
export const nodeVersionMin = [20, 19, 0];

/** @returns {string | null} what is wrong, or null */
export function nodeVersionComplaint(version) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  const first = nodeVersionMin.findIndex((minimum, index) => parts[index] !== minimum);
  if (first === -1 || parts[first] > nodeVersionMin[first]) return null;
  return (
    'Aquila needs Node ' +
    nodeVersionMin.join('.') +
    ' or newer; this is ' +
    version +
    '. Install a newer Node (nodejs.org, nvm, your package manager) and try again.'
  );
}
