/**
 * The end of the word that begins here, as nft's own scanner cuts words: the longest one wins. It is `at` itself where none
 * begins.
 */
export function wordEnd(source: string, at: number, to: number): number {
  const code = source.charCodeAt(at);
  if (code === COLON || isHexDigit(code)) {
    const address = addressEnd(source, at, to);
    if (address > at) return address;
  }
  if (isDigit(code)) return numberEnd(source, at, to);
  const isName = isWordStart(code) || (code === DOT && isNamePart(source.charCodeAt(at + 1)));
  return isName ? nameEnd(source, at, to) : at;
}

/** What a sticky pattern finds here. */
export function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

/** IPv6 and MAC addresses have two colons at least; two numbers joined by one are a class of traffic. */
function addressEnd(source: string, at: number, to: number): number {
  let colons = 0;
  let end = at;
  for (; end < to; end++) {
    const code = source.charCodeAt(end);
    if (code === COLON) colons++;
    else if (!isHexDigit(code)) break;
  }
  switch (colons) {
    case 0:
      return at;
    case 1:
      return at + matchAt(CLASS, source, at).length;
    default:
      return Math.max(end, at + (source.charCodeAt(end) === DOT ? matchAt(MAPPED, source, at).length : 0));
  }
}

const CLASS = /[\da-f]{1,4}:[\da-f]{1,4}(?=[ \t\r\n,}-]|$)/iy;

/** Of IPv6 addresses with an IPv4 address in them nft knows these. */
const MAPPED = /::(?:ffff:)?(?:\d{1,3}\.){3}\d{1,3}/iy;

/** Numbers end where nothing longer can be made of them: `5x` is a number and a name, `10.0.0` too. */
function numberEnd(source: string, at: number, to: number): number {
  let end = at;
  let groups = 1;
  let digits = 0;
  let most = 0;
  for (; end < to; end++) {
    const code = source.charCodeAt(end);
    if (code === DOT) {
      groups++;
      digits = 0;
    } else if (isDigit(code)) most = Math.max(most, ++digits);
    else break;
  }
  const isWhole = end === to || !isWordStart(source.charCodeAt(end));
  if (isWhole && (groups === 1 || (groups === 4 && most <= 3 && digits > 0))) return end;
  return at + matchAt(NUMBERLIKE, source, at).length;
}

/** What begins with a digit, the longest first: an IPv4 address, a number, one of two names, a time. */
const NUMBERLIKE =
  /(?:\d{1,3}\.){3}\d{1,3}|0x[\da-f]+|8021(?:ad|q)|(?=\d+[dhms])(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?|\d+/iy;

/** Names may contain dashes, dots and slashes, and end in a star. */
function nameEnd(source: string, at: number, to: number): number {
  let end = at + 1;
  while (end < to && isNamePart(source.charCodeAt(end))) end++;
  return end < to && source.charCodeAt(end) === STAR ? end + 1 : end;
}

export function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

export function isWordStart(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= UPPER_A && code <= UPPER_Z) ||
    (code >= LOWER_A && code <= LOWER_Z) ||
    code === UNDERSCORE
  );
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= UPPER_A && code <= UPPER_F) || (code >= LOWER_A && code <= LOWER_F);
}

function isNamePart(code: number): boolean {
  return isWordStart(code) || code === DOT || code === DASH || code === SLASH;
}

const STAR = 42;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const UPPER_A = 65;
const UPPER_F = 70;
const UPPER_Z = 90;
const UNDERSCORE = 95;
const LOWER_A = 97;
const LOWER_F = 102;
const LOWER_Z = 122;
