import type { ReportingDescriptor } from 'sarif';
import { meaningOf } from './meaning-of.ts';

/** What a code means, for the pages that show results by rule. */
export function ruleDescriptor(code: string): ReportingDescriptor {
  const { title, meaning: more } = meaningOf(code);
  const meaning = `${title}. ${more}`;
  // The validator wants a name that differs from the id.
  const name = `Vwaudit-${code}`.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return {
    id: code,
    name,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: meaning },
    help: { text: meaning, markdown: meaning },
    helpUri: `https://vwaudit.example/docs/codes#${encodeURIComponent(code)}`,
    properties: { tags: ['firewall', 'network'] },
  };
}
