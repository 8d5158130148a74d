/**
 * The languages there are and which one a reader gets: the one chosen in the console, which is kept in a cookie, else what the browser
 * asks for (Accept-Language, RFC 9110 12.5.4, ranges as in RFC 4647), else English. PURE: small enough for every page, no catalogue in it.
 *
 * "zh" is Simplified Chinese, as browsers mean it. Traditional Chinese asked for by script or region is not taken for it: what such
 * a reader names next decides.
 */
export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];
export const defaultLocale: Locale = 'en';

/** What each language calls itself: the switch is for those who cannot read the other one. */
export const languageNames: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' };

export const localeCookie = 'aquila-locale';
/** A year. */
export const localeCookieMaxAgeSeconds = 31_536_000;

/** Language ranges looked at in a header; browsers send three to six. */
const MOST_RANGES = 30;

export const isLocale = (text: string | undefined): text is Locale => locales.some((each) => each === text);

function localeOfRange(range: string): Locale | null {
  const [language, ...rest] = range.toLowerCase().split('-');
  if (language === 'en') return 'en';
  if (language !== 'zh') return null;
  const isTraditional = rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part));
  return isTraditional && !rest.includes('hans') ? null : 'zh-CN';
}

/** The first language that both sides know, by the header's own weights; null when there is none. */
function localeOfHeader(header: string): Locale | null {
  const wanted = header
    .split(',', MOST_RANGES)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((each) => each.trim());
      const weight = parameters.find((each) => each.startsWith('q='));
      return { range, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { range } of wanted) {
    const locale = localeOfRange(range);
    if (locale !== null) return locale;
  }
  return null;
}

export function chooseLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  return localeOfHeader(acceptLanguage ?? '') ?? defaultLocale;
}
