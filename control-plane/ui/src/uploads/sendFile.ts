/** Sends a file as it is. By XMLHttpRequest: fetch does not tell how much of a request is sent. */
import { ownPage, ProblemError, problemOf, refusal } from '../api/client.ts';
import type { Problem } from '../api/client.ts';

export interface Uploaded {
  name: string;
  rows: number;
}

const unreadable: Problem = {
  title: 'The file cannot be read', status: 0, code: 'unreadable', detail: 'The browser cannot read it: it is a folder, or it was changed, moved or removed since it was chosen.', hint: 'Choose it again.',
};

/** Browsers call that a failure of the network too. */
const isReadable = (file: File): Promise<boolean> => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

/** @param onSent a share of 1 */
export function sendFile(path: string, file: File, { onSent, signal }: { onSent(share: number): void; signal: AbortSignal }): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(ownPage)) request.setRequestHeader(name, value);
    // Never the file’s own type: one of JSON would be taken for the operation’s input.
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 1 : loaded / total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Uploaded);
      else reject(refusal(request.status, request.responseText));
    };
    request.onerror = () => void isReadable(file).then((readable) => reject(new ProblemError(readable ? problemOf(new TypeError('network')) : unreadable)));
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
