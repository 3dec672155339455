/** One value of a registry key. */
export interface RegistryValue {
  /** As the file has it. */
  readonly key: string;
  readonly name: string;
  /** Text of the string types, a number of `dword`; null for other types and for what is not one. */
  readonly data: string | number | null;
  /** From 1; 0 where the file has no lines. */
  readonly line: number;
}

/** The keys and values a file leaves after all that it writes and deletes, in its order. */
export interface RegistryContent {
  /** In lower case. */
  readonly keys: ReadonlySet<string>;
  readonly values: readonly RegistryValue[];
}

/** Collects what a file writes; names of keys and values are the same in any letter case. */
export class RegistryBuilder {
  readonly #keys = new Map<string, Map<string, RegistryValue>>();

  /** The values of a key, which then exists. */
  #open(key: string): Map<string, RegistryValue> {
    const name = key.toLowerCase();
    const values = this.#keys.get(name) ?? new Map<string, RegistryValue>();
    this.#keys.set(name, values);
    return values;
  }

  addKey(key: string): void {
    this.#open(key);
  }

  /** The later one counts. */
  set(value: RegistryValue): void {
    this.#open(value.key).set(value.name.toLowerCase(), value);
  }

  has(key: string, name: string): boolean {
    return this.#keys.get(key.toLowerCase())?.has(name.toLowerCase()) === true;
  }

  deleteValue(key: string, name: string): void {
    this.#open(key).delete(name.toLowerCase());
  }

  deleteValues(key: string): void {
    this.#open(key).clear();
  }

  /** With everything below it. */
  deleteKey(key: string): void {
    const name = key.toLowerCase();
    for (const known of this.#keys.keys())
      if (known === name || known.startsWith(`${name}\\`)) this.#keys.delete(known);
  }

  content(): RegistryContent {
    return {
      keys: new Set(this.#keys.keys()),
      values: [...this.#keys.values()].flatMap((values) => [...values.values()]),
    };
  }
}
