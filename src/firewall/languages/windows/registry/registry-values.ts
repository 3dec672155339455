/** One value of a registry key. */
export interface RegistryValue {
  /** As the file has it. */
  readonly name: string;
  /** Text of the string types, a number of `dword`; null for other types and for what is not one. */
  readonly data: string | number | null;
  /** From 1; 0 where the file has no lines. */
  readonly line: number;
}

/** The values of each key, by its path in lower case, that a file leaves after all that it writes and deletes; in its order. */
export type RegistryContent = ReadonlyMap<string, readonly RegistryValue[]>;

/** The values of one key; their names are the same in any letter case. */
export class RegistryKey {
  readonly #values = new Map<string, RegistryValue>();

  /** The later one counts; returns the one before it. */
  set(value: RegistryValue): RegistryValue | undefined {
    const name = value.name.toLowerCase();
    const before = this.#values.get(name);
    this.#values.set(name, value);
    return before;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  clear(): void {
    this.#values.clear();
  }

  all(): readonly RegistryValue[] {
    return [...this.#values.values()];
  }
}

/** Collects what a file writes; paths of keys are the same in any letter case. */
export class RegistryBuilder {
  readonly #keys = new Map<string, RegistryKey>();

  /** The key, which then exists. */
  open(path: string): RegistryKey {
    const name = path.toLowerCase();
    const key = this.#keys.get(name) ?? new RegistryKey();
    this.#keys.set(name, key);
    return key;
  }

  /** With everything below it. */
  deleteKey(path: string): void {
    const name = path.toLowerCase();
    for (const known of this.#keys.keys())
      if (known === name || known.startsWith(`${name}\\`)) this.#keys.delete(known);
  }

  content(): RegistryContent {
    return new Map(Array.from(this.#keys, ([path, key]) => [path, key.all()]));
  }
}
