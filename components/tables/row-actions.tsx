'use client';

/** What one may do with a row: change it, or take it away. Each button says of which row it is to those who do not see the row. */
import { Pencil, Trash2 } from 'lucide-react';
import { Button } from '../ui/button';
import type { Column } from './columns';

interface NamedAction {
  readonly label: string;
  readonly run: () => void;
}

export interface RowActionsProps {
  edit: NamedAction;
  remove: NamedAction;
}

export function RowActions({ edit, remove }: RowActionsProps) {
  return (
    <span className="inline-flex max-sm:-ml-1.5">
      <Button tone="ghost" size="icon-sm" aria-label={edit.label} onClick={edit.run}>
        <Pencil aria-hidden className="size-3.5" />
      </Button>
      <Button tone="ghost" size="icon-sm" aria-label={remove.label} onClick={remove.run}>
        <Trash2 aria-hidden className="size-3.5" />
      </Button>
    </span>
  );
}

/** The last column of a table whose rows can be changed; `actionsOf` is null for a row that cannot. */
export function rowActionsColumn<T>(
  header: string,
  actionsOf: (row: T) => RowActionsProps | null,
): Column<T> {
  return {
    ...{ id: 'actions', header, width: '6.5rem', align: 'end', card: 'foot' },
    cell: (row) => {
      const actions = actionsOf(row);
      return actions === null ? null : <RowActions {...actions} />;
    },
  };
}
