/** Uploading files to a connector: by button or by dropping them on the page, each with how far it is. */
import { useCallback, useRef, useSyncExternalStore } from 'react';
import { Button, IconButton } from '../components/Button.tsx';
import { Icon } from '../components/Icon.tsx';
import { formatCount, formatSize, plural } from '../components/Time.tsx';
import { inWords } from '../api/words.ts';
import type { Upload, UploadQueue } from './queue.ts';
import { uploadsOf } from './queue.ts';
import { useDroppedFiles } from './useDroppedFiles.ts';
import '../styles/uploads.css';

/** @param about what the kind takes @param isEmpty nothing was uploaded yet: the whole place is for it @param onShow of one that is uploaded */
export function Uploads({ connectorId, about, isEmpty, onShow }: { connectorId: string; about: string; isEmpty: boolean; onShow(name: string): void }) {
  const queue = uploadsOf(connectorId);
  const uploads = useSyncExternalStore(queue.subscribe, queue.list);
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOver = useDroppedFiles(useCallback((files: File[]) => queue.add(files), [queue]));
  const finished = uploads.filter(({ state }) => state === 'done');
  /** What was pressed is gone by then: the focus goes to what stays. */
  const act = (action: () => void) => {
    action();
    button.current?.focus();
  };
  return (
    <section className="uploads" aria-label="Upload files">
      <div className={`drop-area ${isOver ? 'over' : ''} ${isEmpty ? 'alone' : ''}`}>
        <span className="empty-mark"><Icon name="upload" size={isEmpty ? 26 : 20} /></span>
        <div>
          {isEmpty && <h2>Nothing is uploaded yet</h2>}
          <p>{isOver ? 'Let go to upload them.' : 'Drop files anywhere on this page, or choose them.'}</p>
          <p className="muted">{about}. Each is kept under its name, without the ending.</p>
        </div>
        <Button ref={button} variant={isEmpty ? 'primary' : 'secondary'} icon="upload" onClick={() => input.current!.click()}>Upload files</Button>
        <input ref={input} type="file" multiple hidden aria-label="Files to upload" onChange={({ currentTarget }) => {
          queue.add(currentTarget.files ?? []);
          // The same file can be chosen again.
          currentTarget.value = '';
        }} />
      </div>
      {uploads.length > 0 && <ul className="upload-list" aria-label="Uploads">{uploads.map((upload) => <Row key={upload.key} upload={upload} queue={queue} act={act} onShow={onShow} />)}</ul>}
      {finished.length > 1 && <Button size="small" variant="ghost" onClick={() => act(() => finished.forEach(({ key }) => queue.remove(key)))}>Clear those that are uploaded</Button>}
      <p role="status" className="visually-hidden">{uploads.length > 0 && `${finished.length} of ${uploads.length} uploaded`}</p>
    </section>
  );
}

function Row({ upload, queue, act, onShow }: { upload: Upload; queue: UploadQueue; act(action: () => void): void; onShow(name: string): void }) {
  const { key, file, name, state, sent, rows = 0 } = upload;
  const problem = upload.problem && inWords(upload.problem);
  const onRemove = () => act(() => queue.remove(key));
  const isUnderWay = state === 'waiting' || state === 'sending' || state === 'reading';
  return (
    <li className={`upload ${state}`} aria-label={file.name}>
      <Icon name={state === 'failed' || state === 'asking' ? 'alert' : state === 'done' ? 'check' : 'upload'} />
      <div className="upload-words">
        <p><strong>{name}</strong> <small className="muted">{file.name}, {formatSize(file.size)}</small></p>
        {state === 'waiting' && <p className="muted">Waiting for its turn</p>}
        {state === 'sending' && <p className="upload-progress"><progress value={sent} aria-label={`Sending ${file.name}`} /><span className="muted">{Math.floor(sent * 100)} %</span></p>}
        {state === 'reading' && <p className="upload-progress"><progress aria-label={`Reading ${file.name}`} /><span className="muted">Reading its rows …</span></p>}
        {state === 'asking' && <p role="alert">“{name}” is there already. Replace it? What reads it gets the new rows from then on.</p>}
        {state === 'done' && <p className="muted">{formatCount(rows)} {plural(rows, 'row')}</p>}
        {state === 'failed' && problem && <p role="alert"><span className="upload-problem">{problem.detail}</span>{problem.hint && <span className="muted"> {problem.hint}</span>}{problem.fault !== 'caller' && problem.request_id && <small className="muted"> Request <code>{problem.request_id}</code></small>}</p>}
      </div>
      <div className="upload-actions">
        {state === 'asking' && <><Button size="small" variant="primary" onClick={() => act(() => queue.replace(key))}>Replace</Button><Button size="small" variant="ghost" onClick={onRemove}>Skip</Button></>}
        {state === 'done' && <Button size="small" variant="ghost" aria-label={`Show ${name}`} onClick={() => onShow(name)}>Show</Button>}
        {state === 'failed' && <Button size="small" onClick={() => act(() => queue.retry(key))}>Try again</Button>}
        {isUnderWay && <Button size="small" aria-label={`Cancel ${file.name}`} onClick={onRemove}>Cancel</Button>}
        {(state === 'done' || state === 'failed') && <IconButton icon="close" label={`Take ${file.name} off the list`} onClick={onRemove} />}
      </div>
    </li>
  );
}
