import { describe, expect, it } from 'vitest';
import { JaasError, parseLoginModule } from './jaas.ts';

const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule';

describe('a login module', () => {
  it('is read over several lines, with values in quotes and without', () => {
    const module = parseLoginModule(
      `${PLAIN} required \n  username="admin" password=admin-secret\n user_admin="admin-secret" user_alice="a=b;c d" ;\n`,
    );
    expect(module.className).toBe(PLAIN);
    expect([...module.options]).toEqual([
      ['username', 'admin'],
      ['password', 'admin-secret'],
      ['user_admin', 'admin-secret'],
      ['user_alice', 'a=b;c d'],
    ]);
  });

  it('keeps what a backslash protects', () => {
    const { options } = parseLoginModule(`${PLAIN} required user_bob="say \\"hi\\" \\\\ now";`);
    expect(options.get('user_bob')).toBe('say "hi" \\ now');
  });

  it('may have no options', () => {
    expect(parseLoginModule('a.ScramLoginModule Required;').options.size).toBe(0);
  });

  it.each([
    ['', 'semicolon'],
    [`${PLAIN} required user_a="b"`, 'semicolon'],
    [';', 'class of a login module'],
    [`${PLAIN} user_a="b";`, 'required, requisite, sufficient, optional'],
    [`${PLAIN} required user_a;`, 'name="value"'],
    [`${PLAIN} required user_a="b" = c;`, 'name="value"'],
    [`${PLAIN} required user_a="b"; ${PLAIN} required user_c="d";`, 'a single login module'],
    [`${PLAIN} required user_a="hush;`, 'not closed'],
    [`${PLAIN} required user_a="hush" \\;`, 'backslash'],
  ])('is refused without telling its secrets: %s', (text, reason) => {
    const refused = (): unknown => parseLoginModule(text);
    expect(refused).toThrow(JaasError);
    expect(refused).toThrow(reason);
    expect(refused).not.toThrow('hush');
  });
});
