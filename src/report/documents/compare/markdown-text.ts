/** Every character that Markdown or HTML may read as markup, a link, a mention or an emoji, as plain text. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]|~!$]/g, '\\$&')
    .replace(ACTIVE, (mark) => `&#${mark.charCodeAt(0)};`);
}

/**
 * Mentions, numbers of issues, links, emoji; and at the ends what begins a list, a heading or a line, or keeps bold text from being bold.
 * Between two colons of an IPv6 address stands an emoji only by these few names.
 */
const ACTIVE =
  /[#@]|:(?=\/\/|(?:[\da-f]*[g-z_+-][\w+-]*|a|ab|abcd?|b|bed|bee|cd|100|1234):)|(?<=www)\.|^[-+=]|(?<=^\d+)[.)]|^ | $/gi;
