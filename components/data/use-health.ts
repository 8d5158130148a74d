'use client';

/** Whether the console's own database answers. Asked on its own beat: the stream of snapshots goes on without a database. */
import { useQuery } from '@tanstack/react-query';
import type { Health } from '../../console/contracts/health';
import { apiPaths } from '../../console/contracts/paths';
import { apiGet } from './api-client';

const EVERY_MS = 10_000;

export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => apiGet<Health>(apiPaths.health(), signal),
    refetchInterval: EVERY_MS,
    retry: false,
  });
}
