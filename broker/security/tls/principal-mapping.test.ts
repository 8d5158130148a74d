/** Rules and outcomes of Kafka's SslPrincipalMapperTest. */
import { describe, expect, it } from 'vitest';
import { parseMappingRules } from './principal-mapping.ts';

function nameOf(rules: string, name: string): string | null {
  const mapping = parseMappingRules(rules);
  if (typeof mapping === 'string') throw new Error(mapping);
  return mapping.nameOf(name);
}

const RULES =
  'RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/L, ' +
  'RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L, ' +
  'RULE:^cn=(.*?),ou=(.*?),dc=(.*?),dc=(.*?)$/$1@$2/U, ' +
  'RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/U, ' +
  'DEFAULT';

describe('rules', () => {
  it.each([
    ['CN=Duke,OU=ServiceUsers,O=Org,C=US', 'duke'],
    ['CN=Duke,OU=SME,O=mycp,L=Fulton,ST=MD,C=US', 'duke@sme'],
    ['cn=duke,ou=sme,dc=mycp,dc=com', 'DUKE@SME'],
    ['cN=duke,OU=JavaSoft,O=Sun Microsystems', 'DUKE'],
    ['OU=JavaSoft,O=Sun Microsystems,C=US', 'OU=JavaSoft,O=Sun Microsystems,C=US'],
  ])('take the first that fits %s', (name, mapped) => {
    expect(nameOf(RULES, name)).toBe(mapped);
  });

  it('know nobody else without DEFAULT', () => {
    expect(nameOf('RULE:^CN=(.*?),.*$/$1/', 'CN=a,O=b')).toBe('a');
    expect(nameOf('RULE:^CN=(.*?),.*$/$1/', 'OU=a')).toBeNull();
  });

  it('may have slashes and commas in them', () => {
    expect(nameOf('RULE:^CN=(a\\/b),(.*)$/$1\\/$2,x/', 'CN=a/b,O=c')).toBe('a/b/O=c,x');
    expect(nameOf('DEFAULT', 'CN=a,O=b')).toBe('CN=a,O=b');
  });

  it.each([
    'deny',
    'RULE:^CN=(.*)/$1',
    'RULE:^CN=((.*)/$1/',
    'DEFAULT DEFAULT',
    'RULE:a/b/X',
    'DEFAULT,,RULE:a/b/',
  ])('are refused: %s', (text) => {
    expect(parseMappingRules(text)).toMatch(/^must be DEFAULT or RULE:.* at character \d+$/);
  });
});
