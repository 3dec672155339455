/** The parts of Viz World that talk to each other; see the guide's "Ports and Connections". */
export const ROLES = ['client', 'config-tool', 'allocator', 'server', 'web'] as const;

export type Role = (typeof ROLES)[number];

/** Who the one that looks claims to be, in the order of every list: every role at once, one of them, or nobody who may connect. */
export const VANTAGES = ['all', ...ROLES, 'outsider'] as const;

export type Vantage = (typeof VANTAGES)[number];

/** The roles that listen. */
export type ListenerRole = Extract<Role, 'server' | 'allocator'>;
