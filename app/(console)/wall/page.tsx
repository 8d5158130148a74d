/** The board for a big screen. The frame leaves its bars away for it (components/layout/shell.tsx). */
import { WallPage } from '@/components/wall/wall-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('wall');

export default async function Page() {
  await requireUser();
  return <WallPage />;
}
