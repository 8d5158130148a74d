/** The words of a page's <title>, for server components: "orders · Topics · Aquila" comes from the layout's template. */
import { createTranslator } from 'next-intl';
import { catalogues, defaultLocale, type Messages } from './catalogue.ts';

export function pageTitle(page: keyof Messages['titles'], name?: string): string {
  const t = createTranslator({
    locale: defaultLocale,
    messages: catalogues[defaultLocale],
    namespace: 'titles',
  });
  return name === undefined ? t(page) : `${name} · ${t(page)}`;
}
