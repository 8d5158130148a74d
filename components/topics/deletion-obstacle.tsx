'use client';

/** Why no topic of this cluster can be deleted, said before anybody types a name and a token for nothing. */
import { useTranslations } from 'next-intl';
import type { TopicDeletion } from '../../console/contracts/topics';
import { useTopicDeletion } from '../data/use-topics';
import { useClusterId } from '../layout/session-context';
import { Notice } from '../ui/notice';

export type DeletionObstacle = TopicDeletion['blockedBy'];

/** Null while it is not known, too: nothing stands in the way of asking. */
export function useDeletionObstacle(isAsked = true): DeletionObstacle {
  return useTopicDeletion(useClusterId(), isAsked).data?.blockedBy ?? null;
}

export function ObstacleNotice({ obstacle }: { obstacle: DeletionObstacle }) {
  const t = useTranslations('deleteTopic');
  if (obstacle === null) return null;
  return (
    <Notice tone="warn" title={t('blocked')}>
      {t(`blockedBy.${obstacle}`)}
    </Notice>
  );
}
