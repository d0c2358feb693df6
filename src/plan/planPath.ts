/**
 * Paths between plan files, with `/` only: `extends` and relative platforms stay inside the
 * directory of the plan that the user named, so that a plan from elsewhere reads nothing else.
 */

/** The directory of a file, `` for the current one; ends in `/` otherwise. */
export function directoryOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

/**
 * `relative` as seen from `fromDirectory`, or a sentence that says why it is refused.
 * `rootDirectory` must be a prefix of `fromDirectory`.
 */
export function resolveInside(
  rootDirectory: string,
  fromDirectory: string,
  relative: string,
): { readonly path: string } | { readonly refusal: string } {
  if (relative.startsWith('/') || /^[A-Za-z]:/.test(relative) || relative.includes('\\')) {
    return { refusal: `"${relative}" is not a relative path with /` };
  }
  const inside = fromDirectory.slice(rootDirectory.length).split('/').filter(Boolean);
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') inside.push(part);
    else if (inside.pop() === undefined) {
      return { refusal: `"${relative}" leads out of the directory of the plan` };
    }
  }
  return { path: rootDirectory + inside.join('/') };
}
