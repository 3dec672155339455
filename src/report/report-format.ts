import type { AnyReport } from '../verdict/reports/any-report.ts';
import type { Style } from './style.ts';

export type ReportKind = AnyReport['kind'];

export type ReportOf<K extends ReportKind> = Extract<AnyReport, { readonly kind: K }>;

/** A text, in pieces where it may be more than one string can hold. */
export type Rendered = string | Iterable<string>;

/** A report as text. Control characters of foreign text are escaped already, except for a verbatim format. */
export type Render<K extends ReportKind> = (report: ReportOf<K>, style: Style) => Rendered;

/** One way to write reports: what it has no entry for, it can't render. */
export interface ReportFormat {
  /** For `--help`: what it is good for. */
  readonly title: string;
  /** The texts of the report go in as they are: the format has its own way to make them safe. */
  readonly isVerbatim?: true;
  /** Called only when the format is used: what takes long to load is imported there. */
  readonly renders: { readonly [K in ReportKind]?: () => Render<K> | PromiseLike<Render<K>> };
}
