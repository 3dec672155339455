/** The network profiles; each interface has one. The numbers are those of the model's field `profile`. */
export const PROFILES = ['domain', 'private', 'public'] as const;

export type Profile = (typeof PROFILES)[number];

/** As the model's field `profile` counts them. */
export function profileNumber(profile: Profile): number {
  return PROFILES.indexOf(profile);
}
