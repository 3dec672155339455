import type { AnyReport } from '../../verdict/reports/any-report.ts';
import type { Style } from '../style.ts';

export type ReportKind = AnyReport['kind'];

export type ReportOf<K extends ReportKind> = Extract<AnyReport, { readonly kind: K }>;

/** A text, in pieces where it may be more than one string can hold. */
export type Rendered = string | Iterable<string>;

/** What a format may need to know beside the report. */
export interface RunContext {
  /** ISO 8601: when the command ran that made the report; null for a saved report. */
  readonly ranAt: string | null;
  /** What is unproven does not fail the run: it was accepted by a flag. */
  readonly isUnprovenAccepted: boolean;
  /** A time of ISO 8601 as seconds since 1970: a report has no calendar. */
  readonly unixSeconds: (time: string) => number;
  /** What standard input is called in places of files; null where nobody said. */
  readonly stdinName: string | null;
  /** The working directory: paths below it are written relative to it. */
  readonly folder: string;
  /** The texts of the templates the format declares, by name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** A report as text. Control characters of foreign text are escaped already, except for a verbatim format. */
export type Render<K extends ReportKind> = (report: ReportOf<K>, style: Style, run: RunContext) => Rendered;

/** One way to write reports: what it has no entry for, it can't render. */
export interface ReportFormat {
  /** For `--help`: what it is good for. */
  readonly title: string;
  /** The texts of the report go in as they are: the format has its own way to make them safe. */
  readonly isVerbatim?: true;
  /** Files of `templates/` that it needs. */
  readonly templates?: readonly string[];
  /** Called only when the format is used: what takes long to load is imported there. */
  readonly renders: { readonly [K in ReportKind]?: () => Render<K> | PromiseLike<Render<K>> };
}
