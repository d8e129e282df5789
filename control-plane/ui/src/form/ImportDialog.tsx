import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Field, TextArea } from '../components/Field.tsx';
import { ProblemPane } from '../components/feedback.tsx';

/** Fills the form from a DSN, a URL or the provider’s own config file. */
export function ImportDialog({ kind, label, onImport }: { kind: string; label: string; onImport(config: Record<string, unknown>): void }) {
  const [open, setOpen] = useState(false);
  const [source, setSource] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const close = () => {
    setOpen(false);
    setSource('');
    setProblem(undefined);
  };
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { config } = await unwrap(api.POST('/api/connectors/catalog/{kind}/import_config', { params: { path: { kind } }, body: { source } }));
      onImport(config as Record<string, unknown>);
      close();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon="import" onClick={() => setOpen(true)}>Import</Button>
      <Dialog open={open} onClose={close} title={`Import a ${label} configuration`} description="A connection string, a URL, or the provider’s own file. It only fills in the form; nothing is saved yet.">
        <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
          <div className="dialog-body">
            <TextArea label="Connection string or file content" className="input code" rows={6} value={source} onChange={(event) => setSource(event.target.value)} />
            <Field label="Or choose a file">
              {(ids) => <input {...ids} className="input file" type="file" onChange={(event) => void event.target.files?.[0]?.text().then(setSource)} />}
            </Field>
            {problem && <ProblemPane problem={problem} />}
          </div>
          <footer className="dialog-footer"><Button onClick={close}>Cancel</Button><Button variant="primary" type="submit" busy={busy} disabled={source.trim() === ''}>Fill in the form</Button></footer>
        </form>
      </Dialog>
    </>
  );
}
