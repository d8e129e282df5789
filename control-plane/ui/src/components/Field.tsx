/** A labelled input with help and an error, tied together for assistive technology. */
import { Switch } from '@base-ui/react/switch';
import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';

export interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  required?: boolean | undefined;
  /** Beside the label, at the end. */
  aside?: ReactNode;
}

export interface FieldIds {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export function Field({ label, help, error, required, aside, children }: FieldProps & { children(ids: FieldIds): ReactNode }) {
  const id = useId();
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={`field ${error ? 'invalid' : ''}`}>
      <div className="field-label">
        <label htmlFor={id}>{label}{required && <span className="required" aria-hidden="true"> *</span>}</label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error && <p className="field-error" id={`${id}-error`}>{error}</p>}
      {help && <p className="field-help" id={`${id}-help`}>{help}</p>}
    </div>
  );
}

export function TextField({ label, help, error, required, aside, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  return <Field {...{ label, help, error, required, aside }}>{(ids) => <input className="input" type="text" autoComplete="off" spellCheck={false} aria-required={required} {...rest} {...ids} />}</Field>;
}

export function TextArea({ label, help, error, required, aside, ...rest }: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <Field {...{ label, help, error, required, aside }}>{(ids) => <textarea className="input" rows={4} spellCheck={false} aria-required={required} {...rest} {...ids} />}</Field>;
}

export interface Option {
  value: string;
  label: string;
}

export function SelectField({ label, help, error, required, aside, options, ...rest }: FieldProps & SelectHTMLAttributes<HTMLSelectElement> & { options: Option[] }) {
  return (
    <Field {...{ label, help, error, required, aside }}>
      {(ids) => <select className="input select" aria-required={required} {...rest} {...ids}>{options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}</select>}
    </Field>
  );
}

/** A select without a label of its own in sight: for toolbars. */
export function Filter({ label, options, value, onChange }: { label: string; options: Option[]; value: string; onChange(value: string): void }) {
  return (
    <select className={`input select compact ${value === '' ? '' : 'chosen'}`} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
    </select>
  );
}

export function SwitchField({ label, help, error, checked, onChange, disabled }: FieldProps & { checked: boolean; onChange(checked: boolean): void; disabled?: boolean }) {
  const id = useId();
  return (
    <div className="field switch-field">
      <Switch.Root className="switch" checked={checked} onCheckedChange={onChange} disabled={disabled} aria-labelledby={`${id}-label`} aria-describedby={help ? `${id}-help` : undefined}>
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
      <div>
        <span className="switch-label" id={`${id}-label`} onClick={() => { if (!disabled) onChange(!checked); }}>{label}</span>
        {error && <p className="field-error">{error}</p>}
        {help && <p className="field-help" id={`${id}-help`}>{help}</p>}
      </div>
    </div>
  );
}
