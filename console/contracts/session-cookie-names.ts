/** The session cookie's name. Over https it is one that browsers only accept with Secure, Path=/ and without Domain. */
export const sessionCookieNames = { http: 'aquila.session', https: '__Host-aquila.session' } as const;
