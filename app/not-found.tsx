/** No page at this address. */
import { NotFoundPage } from '@/components/layout/not-found-page';
import { pageTitle } from '@/messages/page-title';

export const metadata = { title: pageTitle('notFound') };

export default function NotFound() {
  return <NotFoundPage />;
}
