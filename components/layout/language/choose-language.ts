/**
 * Keeps the choice of a language in a cookie and loads the page anew in it: one document has one language, so no sentence of the
 * other one is left over from a cache. The cookie holds nothing but the name of a language; the server takes no other value.
 */
import { localeCookie, localeCookieMaxAgeSeconds, type Locale } from '../../../messages/locales';

export function chooseLanguage(locale: Locale): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${localeCookie}=${locale}; Path=/; Max-Age=${localeCookieMaxAgeSeconds}; SameSite=Lax${secure}`;
  window.location.reload();
}
