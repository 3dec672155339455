import { isObject, textOf } from './shape.ts';

/** `limit`, `quota` and `ct count` as the text dialect writes them. */
export function formatCondition(kind: 'limit' | 'quota' | 'ct count', content: unknown): string {
  if (!isObject(content)) return `${kind} name "${textOf(content) ?? ''}"`;
  const over = content.inv === true ? 'over ' : '';
  const word = (key: string): string => textOf(content[key]) ?? '';
  switch (kind) {
    case 'ct count':
      return `ct count ${over}${word('val')}`;
    case 'quota': {
      const used =
        content.used === undefined || content.used === 0 ? '' : ` used ${word('used')} ${word('used_unit')}`;
      return `quota ${over}${word('val')} ${word('val_unit')}${used}`;
    }
    case 'limit': {
      const isBytes = content.rate_unit !== undefined && content.rate_unit !== 'packets';
      const unit = isBytes ? ` ${word('rate_unit')}` : '';
      const usual = isBytes ? 0 : 5;
      const burst =
        content.burst === undefined || content.burst === usual
          ? ''
          : ` burst ${word('burst')} ${isBytes ? word('burst_unit') : 'packets'}`;
      return `limit rate ${over}${word('rate')}${unit}/${word('per')}${burst}`;
    }
  }
}
