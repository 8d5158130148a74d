'use client';

/** What an operator does with a topic, in one menu: from what takes nothing away to what takes everything. */
import { useState } from 'react';
import { CopyPlus, Eraser, MoreHorizontal, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { TopicDetail } from '../../console/contracts/topics';
import { withQuery } from '../../console/contracts/paths';
import { usePaths } from '../layout/session-context';
import { AskedDialog, type AskedShell } from '../ui/asked-dialog';
import { Button } from '../ui/button';
import { later } from '../ui/later';
import { Menu, MenuContent, MenuItem, MenuLine, MenuTrigger } from '../ui/menu';
import { PageLink } from '../ui/page-link';

const AddPartitionsForm = later(async () => (await import('./add-partitions-form')).AddPartitionsForm);
const PurgeTopicForm = later(async () => (await import('./purge-topic-form')).PurgeTopicForm);
const DeleteTopicForm = later(async () => (await import('./delete-topic-form')).DeleteTopicForm);

type Asked = 'partitions' | 'purge' | 'delete';

function useShells(topic: TopicDetail, onClose: () => void): Record<Asked, () => AskedShell> {
  const adding = useTranslations('addPartitions');
  const purging = useTranslations('purgeTopic');
  const deleting = useTranslations('deleteTopic');
  const { name } = topic;
  return {
    partitions: () => ({
      title: adding('title', { name }),
      description: adding('description'),
      form: <AddPartitionsForm topic={topic} onClose={onClose} />,
    }),
    purge: () => ({
      title: purging('title', { name }),
      description: purging('description'),
      wide: true,
      form: <PurgeTopicForm topic={topic} onClose={onClose} />,
    }),
    delete: () => ({
      title: deleting('title', { name }),
      description: deleting('description'),
      form: <DeleteTopicForm topic={topic} onClose={onClose} />,
    }),
  };
}

export function TopicActions({ topic }: { topic: TopicDetail }) {
  const t = useTranslations('topic');
  const paths = usePaths();
  const [open, setOpen] = useState<Asked | null>(null);
  const close = (): void => setOpen(null);
  const shells = useShells(topic, close);
  return (
    <>
      <Menu>
        <MenuTrigger>
          <Button>
            <MoreHorizontal aria-hidden className="size-4 text-dim" />
            {t('actions')}
          </Button>
        </MenuTrigger>
        <MenuContent>
          <MenuItem asChild>
            <PageLink href={withQuery(paths.topics, { topic: 'new', like: topic.name })}>
              <CopyPlus aria-hidden className="size-4 text-dim" />
              {t('clone')}
            </PageLink>
          </MenuItem>
          {topic.internal ? null : (
            <>
              <MenuItem onSelect={() => setOpen('partitions')}>
                <Plus aria-hidden className="size-4 text-dim" />
                {t('addPartitions')}
              </MenuItem>
              <MenuLine />
              <MenuItem onSelect={() => setOpen('purge')}>
                <Eraser aria-hidden className="size-4 text-dim" />
                {t('purge')}
              </MenuItem>
              <MenuItem onSelect={() => setOpen('delete')}>
                <Trash2 aria-hidden className="size-4 text-dim" />
                {t('delete')}
              </MenuItem>
            </>
          )}
        </MenuContent>
      </Menu>
      <AskedDialog asked={open} onClose={close} shellOf={(asked) => shells[asked]()} />
    </>
  );
}
