/** One field of a config: its input by its type, secrets as kept, set or cleared, and references to the environment. */
import { useState } from 'react';
import { Button } from '../components/Button.tsx';
import { Field, SelectField, SwitchField, TextArea, TextField } from '../components/Field.tsx';
import { Badge } from '../components/feedback.tsx';
import { Time } from '../components/Time.tsx';
import { ListField } from './ListField.tsx';
import { descriptionInWords, optionsOf } from './optionWords.ts';
import type { Draft, FormField } from './schema.ts';
import { sentenceOf, textOf } from './schema.ts';

export interface ConfigFieldProps {
  field: FormField;
  draft: Draft;
  onChange(draft: Draft): void;
  /** The field’s own under the empty path; of a list, its items’ by theirs: `0.path`. */
  errors: Record<string, string>;
  /** Of a secret that is stored. */
  stored?: { updated_at?: string } | undefined;
  /** A destination was changed, so that a stored secret has to be sent again. */
  moved?: boolean;
  /** Of an item of a list, which takes no references to the environment. */
  nested?: boolean;
}

/** The help of a field; its default where something else was typed. */
function helpOf({ kind, schema: { description, default: fallback } }: FormField, draft: Draft) {
  const isTold = fallback === undefined || fallback === '' || typeof fallback === 'object' || kind === 'boolean' || textOf(kind, fallback) === draft.text;
  if (isTold) return description;
  return <>{description}<span className="field-default">{description ? ' · ' : ''}Default: <code>{textOf(kind, fallback)}</code></span></>;
}

function EnvironmentSwitch({ field, draft, onChange }: Pick<ConfigFieldProps, 'field' | 'draft' | 'onChange'>) {
  const isReference = draft.mode === 'environment';
  return (
    <button type="button" className="field-aside" aria-pressed={isReference} aria-label={`$ENV for ${field.title}`} title="Take it from an environment variable of the service"
      onClick={() => onChange({ mode: isReference ? 'plain' : 'environment', text: '' })}>$ENV</button>
  );
}

export function ConfigField({ field, draft, onChange: change, errors, stored, moved = false, nested = false }: ConfigFieldProps) {
  const { schema, title, required, kind, secret } = field;
  /** What was pressed is gone then: the focus goes to what takes its place. */
  const [isSwitched, setSwitched] = useState(false);
  const onChange = (next: Draft) => {
    if (next.mode !== draft.mode) setSwitched(true);
    change(next);
  };
  if (kind === 'list' && draft.mode === 'plain') return <ListField field={field} draft={draft} errors={errors} onChange={onChange} />;
  const error = sentenceOf(errors);
  const common = { label: title, help: helpOf(field, draft), error, required };
  const write = (text: string) => onChange({ mode: 'plain', text });
  const aside = !nested && <EnvironmentSwitch field={field} draft={draft} onChange={onChange} />;

  if (draft.mode === 'environment') {
    return (
      <Field {...common} aside={aside} help={<>A variable that the operator allowed; read whenever the connector is used.</>}>
        {(ids) => (
          <span className="prefixed"><span aria-hidden="true">$ENV:</span>
            <input className="input code" autoFocus={isSwitched} value={draft.text} placeholder="NAME" autoComplete="off" spellCheck={false} onChange={(event) => onChange({ mode: 'environment', text: event.target.value })} {...ids} />
          </span>
        )}
      </Field>
    );
  }
  if (draft.mode === 'keep' || draft.mode === 'clear') {
    const isKept = draft.mode === 'keep';
    return (
      <Field {...common} error={error ?? (moved && isKept ? 'Where it would be sent has changed: enter it again.' : undefined)}>
        {(ids) => (
          <div className="secret-kept" role="group" aria-label={title}>
            <span className="secret-state">
              {isKept ? <><Badge tone="good" dot>Stored</Badge>{stored?.updated_at && <span className="muted">set <Time at={stored.updated_at} /></span>}</> : <Badge tone="warn">Will be removed when you save</Badge>}
            </span>
            <Button size="small" {...ids} autoFocus={isSwitched} aria-label={`Replace ${title}`} onClick={() => onChange({ mode: 'plain', text: '' })}>Replace</Button>
            {isKept
              ? !required && <Button size="small" variant="ghost" aria-label={`Remove ${title}`} onClick={() => onChange({ mode: 'clear', text: '' })}>Remove</Button>
              : <Button size="small" variant="ghost" onClick={() => onChange({ mode: 'keep', text: '' })}>Keep it</Button>}
          </div>
        )}
      </Field>
    );
  }

  if (kind === 'boolean') {
    const fallback = schema.default;
    return <SwitchField {...common} label={title} help={schema.description} checked={draft.text === '' ? fallback === true : draft.text === 'true'} onChange={(checked) => write(String(checked))} />;
  }
  if (kind === 'choice') {
    // Nothing is the default.
    const chosen = draft.text === '' ? textOf(kind, schema.default) : draft.text;
    return <SelectField {...common} aside={aside} help={descriptionInWords(schema)} value={chosen} onChange={(event) => write(event.target.value)} options={optionsOf(schema, required, chosen !== '')} />;
  }
  const back = stored && <button type="button" className="field-aside" onClick={() => onChange({ mode: 'keep', text: '' })}>Keep the stored one</button>;
  const extras = { ...common, aside: <span className="field-asides">{back}{aside}</span>, value: draft.text, autoFocus: isSwitched, placeholder: stored ? 'When empty, the stored one is kept' : schema.placeholder };
  if (kind === 'lines' || kind === 'pairs' || kind === 'json' || schema.multiline) {
    const hint = { lines: 'One a line', pairs: 'One “name: value” a line', json: 'As JSON', list: '', text: '', number: '' }[kind];
    return <TextArea {...extras} help={<>{schema.description}{hint && <span className="field-default">{schema.description ? ' · ' : ''}{hint}</span>}</>} className={`input code ${secret ? 'masked' : ''}`} rows={kind === 'json' ? 5 : 3} onChange={(event) => write(event.target.value)} />;
  }
  return (
    <TextField {...extras} type={secret ? 'password' : 'text'} inputMode={kind === 'number' ? 'decimal' : undefined} autoComplete={secret ? 'new-password' : 'off'}
      onChange={(event) => write(event.target.value)} />
  );
}
