/**
 * The subject of a certificate as Kafka names a principal: a distinguished name as Java's X500Principal.getName() writes it, which
 * is RFC 2253 with the last part of the certificate first, and with an e-mail address by its number and bytes.
 *
 * Node gives one part a line in the order of the certificate, with what RFC 2253 escapes already escaped.
 */

const EMAIL_OID = '1.2.840.113549.1.9.1';
const IA5_STRING = 0x16;
const SHORT_FORM_MAX = 0x7f;

/** RFC 2253 has no name for it: its number, and its DER as hexadecimal digits. */
function withEmailByNumber(part: string): string {
  const email = /^emailAddress=(.*)$/s.exec(part)?.[1];
  if (email === undefined) return part;
  const bytes = Buffer.from(email.replace(/\\(.)/g, '$1'), 'latin1');
  if (bytes.length > SHORT_FORM_MAX) return part;
  return `${EMAIL_OID}=#${Buffer.concat([Buffer.from([IA5_STRING, bytes.length]), bytes]).toString('hex')}`;
}

/** `subject` as `X509Certificate.subject` of node:crypto has it. */
export function distinguishedName(subject: string): string {
  return subject
    .split('\n')
    .reverse()
    .map((line) => line.split(' + ').map(withEmailByNumber).join('+'))
    .join(',');
}
