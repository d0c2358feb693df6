/** Rewrites a text word by word: blanks and line breaks around words that stay are kept. */

/** Longer texts are written anew; a command line of the kernel has 2 to 4 KiB. */
const MAX_WORDS = 600;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * `body` is how the value `before` is written; the result says `after` in the same layout. Undefined
 * if the words of `body` are not those of `before`, or the text is too long.
 *
 * @example rewriteWords('a=1\n  b=2', 'a=1 b=2', 'a=1 b=3 c=4') // "a=1\n  b=3 c=4"
 */
export function rewriteWords(body: string, before: string, after: string): string | undefined {
  const old = wordsOf(body);
  const target = wordsOf(after).map(({ text }) => text);
  if (old.length === 0 || old.length > MAX_WORDS || target.length > MAX_WORDS) return undefined;
  const stated = wordsOf(before);
  const isSame =
    stated.length === old.length && stated.every(({ text }, i) => text === old[i].text);
  if (!isSame) return undefined;
  let written = body.slice(0, old[0].start);
  let at = 0;
  let next = 0;
  for (const [i, j] of [...commonWords(old, target), [old.length, target.length] as const]) {
    const put = target.slice(next, j);
    for (const word of old.slice(at, i)) {
      const replaced = put.shift();
      if (replaced !== undefined) written += blankBefore(body, old, word) + replaced;
    }
    for (const word of put) written += `${written.trim() === '' ? '' : ' '}${word}`;
    if (i < old.length) {
      const blank = blankBefore(body, old, old[i]);
      written += (written.trim() === '' ? '' : blank || ' ') + old[i].text;
    }
    at = i + 1;
    next = j + 1;
  }
  return written + body.slice(old.at(-1)?.end ?? 0);
}

function blankBefore(body: string, words: readonly Word[], word: Word): string {
  const index = words.indexOf(word);
  return index === 0 ? '' : body.slice(words[index - 1].end, word.start);
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Pairs of indexes of a longest common sequence, ascending. */
function commonWords(
  a: readonly Word[],
  b: readonly string[],
): ReadonlyArray<readonly [number, number]> {
  const width = b.length + 1;
  const lengths = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i].text === b[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const pairs: Array<readonly [number, number]> = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i].text === b[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}
