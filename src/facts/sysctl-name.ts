/** The path of a setting below /proc/sys as sysctl writes it: a dot within a name is a slash. */
export function sysctlName(path: string): string {
  return path.replaceAll(/[./]/g, (one) => (one === '/' ? '.' : '/'));
}
