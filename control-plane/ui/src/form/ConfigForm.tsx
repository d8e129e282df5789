/** The form of a kind’s config, in sections. */
import { Collapsible } from '@base-ui/react/collapsible';
import { Icon } from '../components/Icon.tsx';
import { ConfigField } from './ConfigField.tsx';
import type { Drafts, FormField } from './schema.ts';
import { isShown, sectionsOf } from './schema.ts';

export interface ConfigFormProps {
  fields: FormField[];
  drafts: Drafts;
  onChange(drafts: Drafts): void;
  errors: Record<string, string>;
  /** The config of the stored connector, as the server shows it. */
  stored?: Record<string, unknown> | undefined;
  /** The drafts as they were loaded. */
  before?: Drafts | undefined;
}

export function ConfigForm({ fields, drafts, onChange, errors, stored, before }: ConfigFormProps) {
  const moved = before !== undefined && fields.some(({ name, schema }) => schema.destination && (drafts[name]?.text !== before[name]?.text || drafts[name]?.mode !== before[name]?.mode));
  const storedSecret = (field: FormField) => {
    const value = stored?.[field.name] as { set?: boolean; updated_at?: string; reference?: string } | null | undefined;
    return field.secret && value?.set && value.reference === undefined ? value : undefined;
  };
  return sectionsOf(fields).map(({ title, advanced, fields: own }) => {
    const shown = own.filter((field) => isShown(field, drafts, fields));
    if (shown.length === 0) return null;
    const inputs = (
      <div className="form-fields">
        {shown.map((field) => (
          <ConfigField key={field.name} field={field} draft={drafts[field.name] ?? { mode: 'plain', text: '' }} error={errors[field.name]} moved={moved}
            stored={storedSecret(field)} onChange={(draft) => onChange({ ...drafts, [field.name]: draft })} />
        ))}
      </div>
    );
    if (!advanced) return <fieldset key={title} className="form-section"><legend>{title}</legend>{inputs}</fieldset>;
    return (
      <Collapsible.Root key={title} className="form-section" defaultOpen={shown.some(({ name }) => errors[name])}>
        <Collapsible.Trigger className="collapse-trigger"><Icon name="chevron" size={16} />{title}<span className="muted">{shown.length} settings</span></Collapsible.Trigger>
        <Collapsible.Panel>{inputs}</Collapsible.Panel>
      </Collapsible.Root>
    );
  });
}
