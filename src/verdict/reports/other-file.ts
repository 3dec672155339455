/** What vwaudit wrote that is no report, where a report is expected. */
interface OtherFile {
  readonly message: string;
  readonly fix: string;
}

/** Tells by its beginning what a file of vwaudit is that is not a report; null for anything else. */
export function otherFile(written: string): OtherFile | null {
  const head = written.slice(0, 400);
  return OTHER_FILES.find(({ isLike }) => isLike.test(head)) ?? null;
}

const OTHER_FILES: readonly (OtherFile & { readonly isLike: RegExp })[] = [
  {
    isLike: /^\ufeff?\s*\{[^{}[\]]*"kind"\s*:\s*"machine"/,
    message: 'this is what vwaudit collect wrote, not a report',
    fix: 'audit it: vwaudit audit FILE --json, and give what that wrote',
  },
  {
    isLike: /^\ufeff?\s*\{[^{}[\]\n]*"kind"\s*:\s*"listen"/,
    message: 'this is a log of vwaudit listen, not a report',
    fix: 'join it to a report: vwaudit merge REPORT --listen-log FILE',
  },
];
