/** Which incidents a reader asked for. PURE. Each word of the search may stand anywhere in what the incident is about. */
import type { Incident } from '../../console/contracts/alerts.ts';

export const incidentFilters = ['firing', 'unattended', 'resolved'] as const;
export type IncidentFilter = (typeof incidentFilters)[number];

const tests: Readonly<Record<IncidentFilter, (incident: Incident) => boolean>> = {
  firing: ({ state }) => state === 'firing',
  unattended: ({ state, acknowledgedBy }) => state === 'firing' && acknowledgedBy === null,
  resolved: ({ state }) => state === 'resolved',
};

/** `name`: as it is shown, which is not always that of the rule. */
export function isShown(
  incident: Incident,
  name: string,
  filter: IncidentFilter | null,
  search: string,
): boolean {
  if (filter !== null && !tests[filter](incident)) return false;
  const { subject, group, topic, level, cluster, reason } = incident;
  const text = [name, subject, group, topic, level, cluster, reason].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
