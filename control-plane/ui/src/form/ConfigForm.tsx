/** The form of a kind’s config, in sections. */
import { Fragment } from 'react';
import { ConfigField } from './ConfigField.tsx';
import { Folded } from './Folded.tsx';
import { RedirectUri } from './RedirectUri.tsx';
import type { Drafts, FormField } from './schema.ts';
import { areWrong, errorsBelow, isChanged, isDropped, isShown, sectionsOf } from './schema.ts';

export interface ConfigFormProps {
  fields: FormField[];
  drafts: Drafts;
  onChange(drafts: Drafts): void;
  /** By path: `port`, `endpoints.0.path`. */
  errors: Record<string, string>;
  /** The config of the stored connector, as the server shows it. */
  stored?: Record<string, unknown> | undefined;
  /** The drafts as they were loaded. */
  before?: Drafts | undefined;
  /** Of a kind to which accounts are connected. */
  redirectUri: string | null;
}

export function ConfigForm({ fields, drafts, onChange, errors, stored, before, redirectUri }: ConfigFormProps) {
  const moved = before !== undefined && fields.some((field) => field.schema.destination && isChanged(field, drafts[field.name]!, before[field.name]!));
  const storedSecret = (field: FormField) => {
    const value = stored?.[field.name] as { set?: boolean; updated_at?: string; reference?: string } | null | undefined;
    return field.secret && value?.set && value.reference === undefined ? value : undefined;
  };
  // What is chosen may sign in by itself: then nobody is sent anywhere.
  const isConnected = fields.some((field) => field.name === 'authorization_url' && isShown(field, drafts, fields));
  return sectionsOf(fields).map(({ title, advanced, fields: own }) => {
    const shown = own.filter((field) => isShown(field, drafts, fields));
    if (shown.length === 0) return null;
    const dropped = before ? own.filter((field) => isDropped(field, fields, drafts, before)) : [];
    const inputs = (
      <div className="form-fields">
        {shown.map((field) => (
          <Fragment key={field.name}>
            {redirectUri !== null && isConnected && field.name === 'client_id' && <RedirectUri uri={redirectUri} />}
            <ConfigField field={field} draft={drafts[field.name] ?? { mode: 'plain', text: '' }} errors={errorsBelow(errors, field.name)} moved={moved}
              stored={storedSecret(field)} onChange={(draft) => onChange({ ...drafts, [field.name]: draft })} />
          </Fragment>
        ))}
        {dropped.length > 0 && <p className="notice warn" role="status">No longer used, and removed when you save: the stored {dropped.map(({ title: name }) => name).join(', ')}.</p>}
      </div>
    );
    if (!advanced) return <fieldset key={title} className="form-section"><legend>{title}</legend>{inputs}</fieldset>;
    return <Folded key={title} className="form-section" title={title} note={shown.length === 1 ? '1 setting' : `${shown.length} settings`} isWrong={areWrong(shown, errors)}>{inputs}</Folded>;
  });
}
