/** The kernel's IFNAMSIZ without the terminating null; a wildcard's sign counts. */
const MAX_LENGTH = 15;

/** What to give where a name is none. */
export const INTERFACE_NAME_FIX = `give 1 to ${MAX_LENGTH} characters without spaces, for example eth0`;

/** The same for an interface that somebody states, who may think of a Windows computer. */
export const STATED_INTERFACE_FIX = `${INTERFACE_NAME_FIX}; with Windows rules, which go by network profile, leave it out and give --profile`;

/** Whether rules can name it: their tools look at nothing but the length. */
export function isInterfaceLength(name: string): boolean {
  return name.length <= MAX_LENGTH;
}

/** Whether the kernel lets an interface be called that. */
export function isInterfaceName(name: string): boolean {
  return isInterfaceLength(name) && /^[^\s/:]+$/.test(name) && name !== '.' && name !== '..';
}
