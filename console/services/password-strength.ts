/**
 * Which new passwords are refused: those that anybody tries first. Pure.
 *
 * Length is the contract's business. There are no rules about kinds of characters: they make passwords harder to remember,
 * not to guess (NIST SP 800-63B §3.1.1.2). A list of the words that lead every list of leaked passwords is compared without
 * the digits and marks that people put behind, before or into them, so that each of its words stands for thousands.
 */
import { ConsoleError } from './console-error.ts';

const words = `
  password passwort passw0rd p@ssword p@ssw0rd passwd pass motdepasse contrasena parola wachtwoord geheim secret
  admin administrator root user guest test testing demo default system master manager oracle postgres mysql sysadmin
  keadmin kafka kafkaeagle eagle aquila zookeeper broker console efak confluent redpanda
  changeme changeit letmein letmeinnow welcome welcometo hello helloworld login logmein access open opensesame enter trustno
  qwerty qwertz azerty qwertyui qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjkl asdfasdf zxcvbn zxcvbnm yxcvbnm
  qazwsx qazwsxedc wsxedc qweasd qweasdzxc qweqwe asdasd zxczxc poiuytrewq lkjhgfdsa mnbvcxz
  abc abcd abcde abcdef abcdefg abcdefgh abcabc aabbcc xyz
  iloveyou iloveu loveyou lovely loveme love princess prince sunshine shadow dragon monkey football baseball basketball
  soccer hockey superman batman spiderman starwars pokemon naruto killer hunter ranger buster thomas robert michael jennifer
  jessica michelle charlie daniel andrew joshua jordan george matthew anthony ashley amanda nicole maggie ginger pepper
  summer winter spring autumn january february august september october november december monday friday
  computer internet samsung google facebook linkedin microsoft windows apple iphone android whatever freedom mustang corvette
  ferrari porsche mercedes harley yankees cowboys eagles lakers chelsea liverpool arsenal barcelona realmadrid
  flower butterfly chocolate cookie banana cheese orange purple diamond silver golden rainbow angel angels heaven jesus
  blessed forever friends family mother father brother sister daddy babygirl
  qwer qwert woaini woainima aini wodemima mima
`;
const common: ReadonlySet<string> = new Set(words.split(/\s+/).filter((word) => word !== ''));

/** What is left when digits and marks around it are taken away, and those that stand for letters are read as such. */
function barePart(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

function readAsLetters(text: string): string {
  return text.replace(/[0134578@$!]/g, (sign) => 'oieastbasi'['0134578@$!'.indexOf(sign)] ?? sign);
}

/** Steps of one through digits or letters: 12345678, 87654321, abcdefgh. */
function isRun(text: string): boolean {
  const steps = Array.from(text.slice(1), (sign, index) => sign.charCodeAt(0) - text.charCodeAt(index));
  return steps.every((step) => step === 1 || step === -9) || steps.every((step) => step === -1 || step === 9);
}

export function isCommonPassword(name: string, password: string): boolean {
  const lower = password.normalize('NFC').toLowerCase();
  const bare = barePart(lower);
  const candidates = [
    lower,
    bare,
    bare.replace(/[^\p{L}]/gu, ''),
    readAsLetters(bare),
    barePart(readAsLetters(lower)),
  ];
  if (candidates.some((each) => common.has(each) || each === name.toLowerCase())) return true;
  return new Set(lower).size < 4 || isRun(lower);
}

export function checkPasswordStrength(name: string, password: string): void {
  if (!isCommonPassword(name, password)) return;
  throw new ConsoleError('invalid', 'The password is one that everybody tries first.', {
    errors: { password: 'is one that everybody tries first' },
  });
}
