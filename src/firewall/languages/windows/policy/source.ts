/** A file of a Windows computer. */
export interface WindowsSource {
  readonly text: string;
  readonly file: string;
}
