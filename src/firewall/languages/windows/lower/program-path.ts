/** What the variables stand for on a computer that was set up as usual, in lower case. */
const VARIABLES: Readonly<Record<string, string>> = {
  '%systemroot%': 'c:\\windows',
  '%windir%': 'c:\\windows',
  '%systemdrive%': 'c:',
  '%programfiles%': 'c:\\program files',
  '%programfiles(x86)%': 'c:\\program files (x86)',
  '%programw6432%': 'c:\\program files',
  '%programdata%': 'c:\\programdata',
};

/** The word that rules use for the kernel: http.sys, SMB. */
export function isKernel(program: string): boolean {
  return program.toLowerCase() === 'system';
}

/** Whether it is a part of Windows: a program of its folder, or one of an app package. */
export function isOfWindows(program: string): boolean {
  const path = expandedPath(program);
  return WINDOWS_FOLDERS.some((folder) => path.startsWith(folder));
}

/** Whether it does nothing but run services. */
export function isServiceHost(program: string): boolean {
  return fileName(expandedPath(program)) === 'svchost.exe';
}

const WINDOWS_FOLDERS = [
  'c:\\windows\\',
  '\\systemroot\\',
  'c:\\program files\\windowsapps\\',
  'c:\\program files\\windows ',
  'c:\\programdata\\microsoft\\windows defender\\',
  'c:\\program files (x86)\\windows ',
  'c:\\program files\\common files\\microsoft shared\\',
];

/** Whether it says which program it is: an absolute path, which may begin with a variable, or `System`. */
export function isProgramPath(program: string): boolean {
  return isKernel(program) || ABSOLUTE.test(program);
}

/** A drive, a share, a path of the kernel or a variable, then a folder or file. */
const ABSOLUTE = /^(?:[a-z]:[\\/]|%[^%]+%[\\/]|[\\/]{2}|\\(?:device|systemroot|\?\?)\\)[^"]*[^"\\/]$/i;

/** Whether no other plain path names the same program, but for its letter case. */
export function isPlainPath(program: string): boolean {
  return /^[a-z]:/i.test(program) && !/~\d/.test(program) && !MAY_BE_ELSEWHERE.test(program);
}

/** Whether two paths name one program; null where the drive or a variable leaves it open, or one is no absolute path. */
export function isSameProgram(ofRule: string, listener: string): boolean | null {
  if (isKernel(ofRule) || isKernel(listener)) return isKernel(ofRule) && isKernel(listener);
  const [rule, own] = [expandedPath(ofRule), expandedPath(listener)];
  if (rule === own) return true;
  if (/~\d/.test(rule) || /~\d/.test(own)) return null;
  if (!isProgramPath(listener)) return null;
  const [isRuleOpen, isOwnOpen] = [mayBeElsewhere(ofRule), mayBeElsewhere(listener)];
  if (isRuleOpen && isOwnOpen) return fileName(rule) === fileName(own) ? null : false;
  if (isRuleOpen) return own.endsWith(belowStart(ofRule)) ? null : false;
  return isOwnOpen && rule.endsWith(belowStart(listener)) ? null : false;
}

function mayBeElsewhere(path: string): boolean {
  return !isProgramPath(path) || MAY_BE_ELSEWHERE.test(path);
}

/** What follows the variable, volume or share that a path begins with; where it has more than that open, the name of the file. */
function belowStart(path: string): string {
  const written = spelled(path);
  const below = written.replace(START, '');
  return below === written || /%|\\\.{0,2}\\/.test(below) ? `\\${fileName(written)}` : below;
}

const START = /^(?:%[^%]+%|\\systemroot|\\device\\[^\\]+|\\\?\?\\[a-z]:|\\\\[^\\]+\\[^\\]+)(?=\\)/;

/** A path of the kernel (\Device\HarddiskVolume3\…), a variable that may stand for another folder, or `..`. */
const MAY_BE_ELSEWHERE = /%|^[\\/]|[\\/]\.{0,2}[\\/]/;

/** In lower case, with backslashes, variables as on a computer that was set up as usual. */
export function expandedPath(path: string): string {
  const written = spelled(path);
  return written.startsWith('%') ? written.replace(/^%[^%]+%/, (name) => VARIABLES[name] ?? name) : written;
}

function spelled(path: string): string {
  const lower = path.trim().toLowerCase();
  return lower.includes('/') ? lower.replaceAll('/', '\\') : lower;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1);
}
