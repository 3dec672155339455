/** Every character that Markdown or HTML may read as markup, a link, a mention or an emoji, as plain text. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]|~!$]/g, '\\$&')
    .replace(ACTIVE, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Mentions, numbers of issues, links, emoji; and at the ends what begins a list, a heading or a line, or keeps bold text from being bold. */
const ACTIVE = /[#@]|:(?=[\w+/-]*[:/])|(?<=www)\.|^[-+=]|(?<=^\d+)[.)]|^ | $/gi;
