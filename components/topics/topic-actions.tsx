'use client';

/** What an operator does with a topic, in one menu: from what takes nothing away to what takes everything. */
import { useState } from 'react';
import Link from 'next/link';
import { CopyPlus, Eraser, MoreHorizontal, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { TopicDetail } from '../../console/contracts/topics';
import { withQuery } from '../../console/contracts/paths';
import { usePaths } from '../layout/session-context';
import { Button } from '../ui/button';
import { Menu, MenuContent, MenuItem, MenuLine, MenuTrigger } from '../ui/menu';
import { AddPartitionsDialog } from './add-partitions-dialog';
import { DeleteTopicDialog } from './delete-topic-dialog';
import { PurgeTopicDialog } from './purge-topic-dialog';

type Open = 'partitions' | 'purge' | 'delete' | null;

export function TopicActions({ topic }: { topic: TopicDetail }) {
  const t = useTranslations('topic');
  const paths = usePaths();
  const [open, setOpen] = useState<Open>(null);
  const closed = (next: boolean): void => {
    if (!next) setOpen(null);
  };
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <Button>
            <MoreHorizontal aria-hidden className="size-4 text-dim" />
            {t('actions')}
          </Button>
        </MenuTrigger>
        <MenuContent>
          <MenuItem asChild>
            <Link href={withQuery(paths.topics, { topic: 'new', like: topic.name })}>
              <CopyPlus aria-hidden className="size-4 text-dim" />
              {t('clone')}
            </Link>
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
      <AddPartitionsDialog topic={topic} open={open === 'partitions'} onOpenChange={closed} />
      <PurgeTopicDialog topic={topic} open={open === 'purge'} onOpenChange={closed} />
      <DeleteTopicDialog topic={topic} open={open === 'delete'} onOpenChange={closed} />
    </>
  );
}
