import { shellWord } from '../../shell-word.ts';

/** What vwaudit wrote that is no report, where a report is expected. */
interface OtherFile {
  readonly message: string;
  readonly fix: string;
}

/**
 * Tells by its beginning what a file of vwaudit is that is not a report; null for anything else.
 * @param file as messages name it
 */
export function otherFile(written: string, file: string): OtherFile | null {
  const head = written.slice(0, 400);
  const other = OTHER_FILES.find(({ isLike }) => isLike.test(head));
  const word = file === 'standard input' ? '-' : shellWord(file);
  return other === undefined ? null : { message: other.message, fix: other.fix(word) };
}

const OTHER_FILES: readonly {
  readonly isLike: RegExp;
  readonly message: string;
  readonly fix: (word: string) => string;
}[] = [
  {
    isLike: /^\ufeff?\s*\{[^{}[\]]*"kind"\s*:\s*"machine"/,
    message: 'this is what vwaudit collect wrote, not a report',
    fix: (word) => `audit it: vwaudit audit ${word} --json, and give what that wrote`,
  },
  {
    isLike: /^\ufeff?\s*\{[^{}[\]\n]*"kind"\s*:\s*"listen"/,
    message: 'this is a log of vwaudit listen, not a report',
    fix: (word) =>
      `join it to what vwaudit check --json wrote, for example vwaudit merge report.json --listen-log ${word}`,
  },
];
