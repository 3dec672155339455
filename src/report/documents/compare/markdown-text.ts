/** Every character that Markdown or HTML may read as markup, a link, a mention or an emoji, as plain text. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]|~!$]/g, '\\$&')
    .replace(/[#@]|:(?=[\w+/-]*[:/])|(?<=www)\./gi, (mark) => `&#${mark.charCodeAt(0)};`);
}
