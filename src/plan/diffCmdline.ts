/** The difference of two kernel command lines, word by word. */
import { tokenizeCmdline } from './commandLine.js';

/**
 * One line a word that came, went or changed its value; `path` is where the line stands.
 *
 * @example cmdlineLines('host.cmdline', 'quiet nohz=on', 'nohz=off')
 * // "- host.cmdline: quiet\n~ host.cmdline: nohz=on -> nohz=off\n"
 */
export function cmdlineLines(path: string, before: string, after: string): string {
  const gone = wordsOf(before);
  const come: Word[] = [];
  for (const word of wordsOf(after)) {
    const same = gone.findIndex(({ text }) => text === word.text);
    if (same >= 0) gone.splice(same, 1);
    else come.push(word);
  }
  const lines: string[] = [];
  for (const word of gone) {
    const changed = come.findIndex(({ key }) => key === word.key);
    if (changed < 0) lines.push(`- ${path}: ${word.text}`);
    else lines.push(`~ ${path}: ${word.text} -> ${come.splice(changed, 1)[0].text}`);
  }
  lines.push(...come.map(({ text }) => `+ ${path}: ${text}`));
  if (lines.length === 0) lines.push(`~ ${path}: the same words in another order or spacing`);
  return lines.map((line) => `${line}\n`).join('');
}

interface Word {
  readonly key: string;
  readonly text: string;
}

function wordsOf(line: string): Word[] {
  const tokens = tokenizeCmdline(line);
  return tokens.map(({ key, value }) => ({
    key,
    text: value === undefined ? key : `${key}=${/\s/.test(value) ? `"${value}"` : value}`,
  }));
}
