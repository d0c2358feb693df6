/** Words and leftovers that have no place in what readers see. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filesBelow } from '../arch/sourceTree.js';

/** Praise says nothing; jargon of no field hides what is meant. */
const PRAISE =
  /\b(?:blazing(?:ly)?|cutting-edge|delve|effortless(?:ly)?|game-chang\w+|leverag\w+|powerful|revolutionary|robust|seamless(?:ly)?|state-of-the-art|supercharg\w+|world-class)\b/i;

/** Paths of one machine, and marks of unfinished work. */
const LEFTOVERS = /\/(?:home|root|work|Users)\/\w|\b(?:TODO|FIXME|TBD|XXX|lorem ipsum)\b/i;

const documents = [
  ...['README.md', 'CHANGELOG.md'].map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  ...['src', 'models', 'experiments', 'notebooks', 'docs']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesBelow(folder, /\.(?:md|ts|ya?ml|html)$/)),
];

function hits(pattern: RegExp, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const match = pattern.exec(line);
    return match === null ? [] : [`${index + 1}: ${match[0]}`];
  });
}

describe('documents and comments', () => {
  test('praise nothing', () => {
    const found = documents.flatMap((d) => hits(PRAISE, d.text).map((hit) => `${d.path}:${hit}`));
    expect(found).toEqual([]);
  });

  test('name no machine and no unfinished work', () => {
    const found = documents.flatMap((d) =>
      hits(LEFTOVERS, d.text).map((hit) => `${d.path}:${hit}`),
    );
    expect(found).toEqual([]);
  });

  test('the patterns find what they are for', () => {
    expect(hits(PRAISE, 'fine\na robust thing')).toEqual(['2: robust']);
    expect(hits(LEFTOVERS, 'see /home/me/x')).toHaveLength(1);
    expect(hits(LEFTOVERS, 'a TODO')).toHaveLength(1);
  });
});
