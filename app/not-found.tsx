/** No page at this address. */
import { NotFoundPage } from '@/components/layout/not-found-page';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('notFound');

export default function NotFound() {
  return <NotFoundPage />;
}
