/** The words of a page's <title>, for server components: "orders · Topics · Aquila" comes from the layout's template. */
import 'server-only';
import { createTranslator } from 'next-intl';
import { catalogues, type Messages } from './catalogue.ts';
import { requestLocale } from './request-locale.ts';

type TitledPage = keyof Messages['titles'];

export async function pageTitle(page: TitledPage, name?: string): Promise<string> {
  const locale = await requestLocale();
  const t = createTranslator({ locale, messages: catalogues[locale], namespace: 'titles' });
  return name === undefined ? t(page) : `${name} · ${t(page)}`;
}

/** `generateMetadata` of a page that needs nothing but its title. */
export function titled(page: TitledPage): () => Promise<{ title: string }> {
  return async () => ({ title: await pageTitle(page) });
}
