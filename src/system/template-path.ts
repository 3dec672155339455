/** Where a file of templates/ lies, seen from src/ and from a build, whose folders are as deep. @param name `rules.nft.liquid` */
export function templatePath(name: string): string {
  return `${import.meta.dirname}/../../templates/${name}`;
}
