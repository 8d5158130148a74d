/** The cookie of somebody who signed in at the product as its administrator. */
import { adminPassword } from '../e2e/product.ts';
import type { Product } from '../e2e/product.ts';

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .join('; ');
}

export async function signIn(product: Product): Promise<string> {
  const csrf = await fetch(`${product.url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const body = new URLSearchParams({
    csrfToken,
    name: 'admin',
    username: 'admin',
    password: adminPassword,
    json: 'true',
  });
  const answer = await fetch(`${product.url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: cookiesOf(csrf),
      'content-type': 'application/x-www-form-urlencoded',
      origin: product.url,
    },
    body,
  });
  return [cookiesOf(csrf), cookiesOf(answer)].join('; ');
}
