// Which words name a program, and which of them may name the same one.
import { expect, test } from 'vitest';
import { isProgramPath, isSameProgram } from '../../../src/firewall/languages/windows/lower/program-path.ts';

test.each([
  'C:\\viz\\viz.exe',
  'd:/viz/viz.exe',
  '\\\\server\\share\\viz.exe',
  '%ProgramFiles%\\viz\\viz.exe',
  '\\Device\\HarddiskVolume3\\viz\\viz.exe',
  'system',
])('%s names a program', (text) => {
  expect(isProgramPath(text)).toBe(true);
});

test.each([
  ...['vizworld.exe', '', 'viz\\viz.exe', '.\\viz.exe', '\\viz\\viz.exe', 'C:viz.exe', 'C:', 'C:\\viz\\'],
  ...['"C:\\viz\\viz.exe"', '%VIZ%viz.exe', '/opt/viz', 'Systems'],
])('%s does not', (text) => {
  expect(isProgramPath(text)).toBe(false);
});

test.each([
  ['C:\\viz\\viz.exe', 'c:/VIZ/viz.exe', true],
  ['C:\\viz\\viz.exe', 'D:\\other\\viz.exe', false],
  ['C:\\viz\\viz.exe', 'viz.exe', null],
  ['viz.exe', 'C:\\viz\\viz.exe', null],
  ['C:\\viz\\viz.exe', 'C:\\a\\..\\viz\\viz.exe', null],
  ['C:\\viz\\viz.exe', 'C:\\viz\\\\viz.exe', null],
  ['C:\\viz\\viz.exe', 'other', null],
  ['%ProgramFiles%\\Vizrt\\viz.exe', 'c:\\Program Files\\Vizrt\\viz.exe', true],
  ['%ProgramFiles%\\Vizrt\\viz.exe', 'D:\\Programs\\Vizrt\\viz.exe', null],
  ['%ProgramFiles%\\Vizrt\\viz.exe', 'C:\\viz\\viz.exe', false],
  ['\\Device\\HarddiskVolume3\\viz\\viz.exe', 'C:\\viz\\viz.exe', null],
  ['\\Device\\HarddiskVolume3\\viz\\viz.exe', 'C:\\other\\viz.exe', false],
  ['C:\\viz\\viz.exe', '\\\\server\\c$\\viz\\viz.exe', null],
])('a rule for %s and the listener %s: %s', (ofRule, listener, isSame) => {
  expect(isSameProgram(ofRule, listener)).toBe(isSame);
});
