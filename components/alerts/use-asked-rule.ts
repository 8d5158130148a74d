'use client';

/** The rule whose form is open, kept in the address: a link from a chart, or from a mail, opens it. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'next/navigation';
import { useClusterId } from '../layout/session-context';
import { replaceSearch } from '../tables/url-state';
import { offeredRule } from './rule-link';

/** What an address may say of a rule; gone when its form closes. */
const nothing = {
  ...{ rule: null, type: null, cluster: null, group: null, topic: null, broker: null },
  ...{ unit: null, threshold: null },
};

const close = (): void => replaceSearch(nothing);

export function useAskedRule() {
  const search = useSearchParams();
  const clusterId = useClusterId();
  const asked = search.get('rule') ?? '';
  const offer = useMemo(() => offeredRule(new URLSearchParams(search), clusterId), [clusterId, search]);
  /** The id of a rule, or 'new'. */
  const ask = useCallback((rule: string) => replaceSearch({ ...nothing, rule }), []);
  return { asked, offer, ask, close };
}
