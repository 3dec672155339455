interface Apart {
  readonly role: string;
  readonly from: 4 | 6;
  readonly to: 4 | 6;
}

/** What gives a role and a host a family of addresses in common. @param host as the sentence names it */
export function commonFamily({ role, from, to }: Apart, host: string): string {
  return `Give an IPv${from} address of ${host}, or an IPv${to} address of ${role}; where a translator (NAT64) stands between them, its IPv${to} addresses are those of ${role}.`;
}
