import { badRuleset } from '../../../model/source-location.ts';
import { isDamaged } from '../policy/damaged.ts';
import { RegistryBuilder, type RegistryContent } from './registry-values.ts';

/** A Registry.pol has bytes, not text: here each byte is one character (see `decode-text.ts`). */
const MARK = 'PReg';
const HEADER_LENGTH = 8;

export function isRegistryPol(text: string): boolean {
  return text.startsWith(MARK);
}

const [SZ, EXPAND_SZ, DWORD] = [1, 2, 4];

/**
 * The values of the registry policy file of one group policy (MS-GPREG 2.2.1). Entries count in order, and some names delete.
 * @throws InputError for a file that is cut or is not one
 */
export function parseRegistryPol(bytes: string, file: string): RegistryContent {
  const found = new RegistryBuilder();
  const reader = new Reader(bytes, file);
  while (!reader.isAtEnd()) {
    reader.expect('[');
    const key = reader.word();
    reader.expect(';');
    const name = reader.text();
    if (name.startsWith('**') && isDamaged(name)) throw reader.damaged();
    reader.expect(';');
    const type = reader.number();
    reader.expect(';');
    const size = reader.number();
    reader.expect(';');
    const data = reader.bytes(size);
    reader.expect(']');
    apply(found, key, name, valueOf(type, data));
  }
  return found.content();
}

function apply(found: RegistryBuilder, key: string, name: string, data: string | number | null): void {
  const lower = name.toLowerCase();
  const names = typeof data === 'string' ? data.split(';') : [];
  if (lower.startsWith('**del.')) found.open(key).delete(name.slice(6));
  else if (lower === '**delvals' || lower.startsWith('**delvals.')) found.open(key).clear();
  else if (lower === '**deletevalues') for (const one of names) found.open(key).delete(one);
  else if (lower === '**deletekeys') for (const one of names) found.deleteKey(`${key}\\${one}`);
  else if (lower.startsWith('**soft.')) {
    const soft = name.slice(7);
    const values = found.open(key);
    if (!values.has(soft)) values.set({ name: soft, data, line: 0 });
  } else if (name === '' || lower === '**securekey' || lower.startsWith('**comment:')) found.open(key);
  else found.open(key).set({ name, data, line: 0 });
}

function valueOf(type: number, data: string): string | number | null {
  if (type === DWORD && data.length === 4) return littleEndian(data);
  if (type !== SZ && type !== EXPAND_SZ) return null;
  return data.length % 2 === 0 ? utf16(data).replace(/\0+$/, '') : null;
}

function littleEndian(data: string): number {
  return Array.from(data).reduceRight((sum, byte) => sum * 256 + byte.charCodeAt(0), 0);
}

function utf16(data: string): string {
  const bytes = Uint8Array.from(data, (byte) => byte.charCodeAt(0));
  return new TextDecoder('utf-16le').decode(bytes);
}

class Reader {
  #at = HEADER_LENGTH;
  readonly #all: string;
  readonly #file: string;

  constructor(all: string, file: string) {
    this.#all = all;
    this.#file = file;
    if (all.length < HEADER_LENGTH || littleEndian(all.slice(4, 8)) !== 1)
      throw this.#bad('not version 1 of a registry policy file');
  }

  isAtEnd(): boolean {
    return this.#at >= this.#all.length;
  }

  expect(mark: string): void {
    if (this.bytes(2) !== `${mark}\0`) throw this.#bad(`"${mark}" is missing at byte ${this.#at - 2}`);
  }

  /** UTF-16LE up to a NUL. */
  text(): string {
    const start = this.#at;
    while (this.bytes(2) !== '\0\0');
    return utf16(this.#all.slice(start, this.#at - 2));
  }

  /** A text that has to be understood. */
  word(): string {
    const found = this.text();
    if (isDamaged(found)) throw this.damaged();
    return found;
  }

  damaged(): Error {
    return this.#bad(`characters that could not be read before byte ${this.#at}`);
  }

  number(): number {
    return littleEndian(this.bytes(4));
  }

  bytes(count: number): string {
    const end = this.#at + count;
    if (end > this.#all.length) throw this.#bad('the file ends within an entry');
    const found = this.#all.slice(this.#at, end);
    this.#at = end;
    return found;
  }

  #bad(message: string): Error {
    const place = { file: this.#file, line: 1, column: 1 };
    return badRuleset(place, message, undefined, 'give the whole Registry.pol of the group policy');
  }
}
