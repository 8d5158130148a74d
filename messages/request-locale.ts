/** The language of the page that is being made, for server components: see locales.ts for what decides. */
import 'server-only';
import { cookies, headers } from 'next/headers';
import { chooseLocale, localeCookie, type Locale } from './locales.ts';

export async function requestLocale(): Promise<Locale> {
  const [sent, asked] = await Promise.all([cookies(), headers()]);
  return chooseLocale(sent.get(localeCookie)?.value, asked.get('accept-language'));
}
