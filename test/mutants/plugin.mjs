/** A vite plugin that loads one source file with a mutant's change. */
export function mutation({ file, find, replace }) {
  return {
    name: 'mutant',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0].endsWith(`/${file}`)) return undefined;
      if (code.split(find).length !== 2) throw new Error(`${file} has not one "${find}"`);
      return code.replace(find, () => replace);
    },
  };
}
