/** What the upload of a file is called: the file’s name without its ending, and without what such a name may not have. */
export function nameOf(fileName: string): string {
  // eslint-disable-next-line no-control-regex -- nobody can type these
  const clean = (text: string) => text.replace(/[/@\u0000-\u001f\u007f]/g, '-').trim().slice(0, 200);
  return clean(fileName.replace(/\.[A-Za-z0-9]{1,8}$/, '')) || clean(fileName);
}
