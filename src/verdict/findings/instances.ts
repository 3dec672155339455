export const instancesFrom = (first: number, last: number): string =>
  first === last ? `instance ${last}` : `instances ${first} to ${last}`;

/** Where the count of instances is changed. */
export const instancesAs = (count: number, inSiteFile: boolean): string =>
  inSiteFile ? `instances: ${count} in the site file` : `--instances ${count}`;
