/** No such thing, said inside the console's frame. */
import { NotFoundPage } from '@/components/layout/not-found-page';

export default function NotFound() {
  return <NotFoundPage framed />;
}
