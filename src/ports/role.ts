/** The parts of Viz World that talk to each other; see the guide's "Ports and Connections". */
export const ROLES = ['client', 'config-tool', 'allocator', 'server', 'web'] as const;

export type Role = (typeof ROLES)[number];

/** The roles that listen. */
export type ListenerRole = Extract<Role, 'server' | 'allocator'>;
