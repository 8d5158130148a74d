/** IP addresses as text, without asking the system for names. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** The one way in which an address is usually written (RFC 5952 for IPv6); null for what is none. */
export function usualAddress(text: string): string | null {
  if (IPV4.test(text)) return text;
  if (!text.includes(':') || /[^\da-f:.]/i.test(text)) return null;
  try {
    return new URL(`http://[${text}]`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}
