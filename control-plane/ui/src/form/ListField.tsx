/**
 * A list of objects, item by item: each has its fields, is moved by buttons or Alt with an arrow key, and shows
 * its errors at its fields. Those who have the list as text paste it as JSON.
 */
import { Collapsible } from '@base-ui/react/collapsible';
import { useEffect, useId, useRef, useState } from 'react';
import { Button, IconButton } from '../components/Button.tsx';
import { Icon } from '../components/Icon.tsx';
import { toast } from '../components/Toasts.tsx';
import { ConfigField } from './ConfigField.tsx';
import { Folded } from './Folded.tsx';
import type { Draft, FormField, ItemDraft } from './schema.ts';
import { areWrong, errorsBelow, isShown, itemDraft, listAsText, listFromText, sectionsOf, sentenceOf } from './schema.ts';

export interface ListFieldProps {
  field: FormField;
  draft: Draft;
  onChange(draft: Draft): void;
  /** The list’s own under the empty path, its items’ by theirs: `0`, `0.path`. */
  errors: Record<string, string>;
}

export function ListField({ field, draft, onChange, errors }: ListFieldProps) {
  const id = useId();
  const { title, required, schema } = field;
  const { items } = draft;
  const own = items ? errors[''] : sentenceOf(errors);
  const parsed = items ? undefined : listFromText(field, draft);
  const described = [schema.description ? `${id}-help` : '', own ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  return (
    <div className={`field list-field ${own ? 'invalid' : ''}`} role="group" aria-labelledby={`${id}-label`} aria-describedby={described}>
      <div className="field-label">
        <span className="label" id={`${id}-label`}>{title}{required && <span className="required" aria-hidden="true"> *</span>}</span>
        <button type="button" className="field-aside" aria-pressed={!items} aria-label={`${title} as JSON`} disabled={!items && !parsed}
          title={items ? 'Edit it as text' : parsed ? 'Edit it item by item' : 'Mend the JSON first: it has to be a list of objects'} onClick={() => onChange(items ? listAsText(field, draft) : parsed!)}>JSON</button>
      </div>
      {schema.description && <p className="field-help" id={`${id}-help`}>{schema.description}</p>}
      {items
        ? <Items field={field} items={items} errors={errors} onChange={(next) => onChange({ mode: 'plain', text: '', items: next })} />
        : <textarea className="input code" rows={8} spellCheck={false} aria-label={`${title} as JSON`} aria-invalid={own ? true : undefined} aria-describedby={described} value={draft.text} onChange={(event) => onChange({ mode: 'plain', text: event.target.value })} />}
      {own && <p className="field-error" id={`${id}-error`}>{own}</p>}
    </div>
  );
}

function Items({ field, items, errors, onChange }: { field: FormField; items: ItemDraft[]; errors: Record<string, string>; onChange(items: ItemDraft[]): void }) {
  const word = field.schema.items?.title ?? 'Item';
  const fields = field.fields!;
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const wrong = items.filter(({ key }, index) => !open.has(key) && sentenceOf(errorsBelow(errors, String(index))) !== undefined);
  // They stay open while they are mended.
  if (wrong.length > 0) setOpen(new Set([...open, ...wrong.map(({ key }) => key)]));
  const [said, setSaid] = useState('');
  /** Where the focus goes after the next paint: what had it has been moved or removed. */
  const focusNext = useRef<string>(undefined);
  /** For an undo, which comes when other things have changed. */
  const latest = useRef({ items, onChange });
  useEffect(() => {
    latest.current = { items, onChange };
    if (focusNext.current === undefined) return;
    list.current?.querySelector<HTMLElement>(focusNext.current)?.focus();
    focusNext.current = undefined;
  });

  const add = () => {
    const item = itemDraft(fields);
    focusNext.current = `[data-item="${item.key}"] :is(input, select, textarea)`;
    setOpen(new Set([...open, item.key]));
    setSaid(`${word} ${items.length + 1} is added`);
    onChange([...items, item]);
  };
  const move = (from: number, to: number, part: string) => {
    if (to < 0 || to >= items.length) return;
    const rest = items.filter((_, index) => index !== from);
    // At its end of the list the button that was pressed can do no more.
    const stays = (part === 'up' && to === 0) || (part === 'down' && to === items.length - 1) ? 'trigger' : part;
    focusNext.current = `[data-item="${items[from]!.key}"] [data-part="${stays}"]`;
    setSaid(`${word} is moved to place ${to + 1} of ${items.length}`);
    onChange([...rest.slice(0, to), items[from]!, ...rest.slice(to)]);
  };
  const remove = (at: number) => {
    const removed = items[at]!;
    const next = items[at + 1] ?? items[at - 1];
    focusNext.current = next ? `[data-item="${next.key}"] [data-part="trigger"]` : '[data-part="add"]';
    setSaid(`${word} is removed, ${items.length - 1} left`);
    onChange(items.filter((_, index) => index !== at));
    const name = summaryOf(fields, removed)[0];
    toast(name ? `“${name}” is removed from the form` : `${word} ${at + 1} is removed from the form`, { undo: () => latest.current.onChange([...latest.current.items.slice(0, at), removed, ...latest.current.items.slice(at)]) });
  };

  return (
    <div className="list" ref={list}>
      {items.length > 0 && (
        <ol className="list-items">
          {items.map((item, index) => {
            const own = errorsBelow(errors, String(index));
            return (
              <Item key={item.key} word={word} number={index + 1} count={items.length} fields={fields} item={item} errors={own} open={open.has(item.key)}
                onOpen={(wanted) => setOpen(new Set(wanted ? [...open, item.key] : [...open].filter((key) => key !== item.key)))}
                onChange={(drafts) => onChange(items.map((one) => (one.key === item.key ? { ...one, drafts } : one)))}
                onMove={(by, part) => move(index, index + by, part)} onRemove={() => remove(index)} />
            );
          })}
        </ol>
      )}
      <Button size="small" icon="plus" data-part="add" onClick={add}>Add {articled(word)}</Button>
      <span role="status" className="visually-hidden">{said}</span>
    </div>
  );
}

const articled = (word: string) => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word.toLowerCase()}`;

/** What an item is known by: what stands in the first two of its fields. */
function summaryOf(fields: FormField[], { drafts }: ItemDraft): string[] {
  return fields.filter(({ kind, secret }) => kind === 'text' && !secret).slice(0, 2).map(({ name }) => drafts[name]?.text ?? '');
}

interface ItemProps {
  word: string;
  number: number;
  count: number;
  fields: FormField[];
  item: ItemDraft;
  errors: Record<string, string>;
  open: boolean;
  onOpen(open: boolean): void;
  onChange(drafts: ItemDraft['drafts']): void;
  onMove(by: 1 | -1, part: 'up' | 'down' | 'trigger'): void;
  onRemove(): void;
}

function Item({ word, number, count, fields, item, errors, open, onOpen, onChange, onMove, onRemove }: ItemProps) {
  const [title = '', more = ''] = summaryOf(fields, item);
  const name = title || `${word} ${number}`;
  const problems = Object.keys(errors).length;
  return (
    <li data-item={item.key} className={`list-item ${problems > 0 ? 'invalid-item' : ''}`}>
      <Collapsible.Root open={open} onOpenChange={onOpen} role="group" aria-label={`${word} ${number}${title ? `: ${title}` : ''}`}>
        <div className="list-item-header">
          <Collapsible.Trigger data-part="trigger" className="collapse-trigger" aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
            onKeyDown={(event) => {
              if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
              event.preventDefault();
              onMove(event.key === 'ArrowUp' ? -1 : 1, 'trigger');
            }}>
            <Icon name="chevron" size={16} /><span className="clip">{name}</span>{!open && more && <code className="clip">{more}</code>}
          </Collapsible.Trigger>
          <IconButton data-part="up" icon="up" label={`Move ${name} up`} disabled={number === 1} onClick={() => onMove(-1, 'up')} />
          <IconButton data-part="down" icon="down" label={`Move ${name} down`} disabled={number === count} onClick={() => onMove(1, 'down')} />
          <IconButton icon="trash" label={`Remove ${name}`} onClick={onRemove} />
        </div>
        <Collapsible.Panel className="list-item-body">
          {errors[''] && <p className="field-error">{errors['']}</p>}
          <ItemFields fields={fields} item={item} errors={errors} onChange={onChange} />
        </Collapsible.Panel>
      </Collapsible.Root>
    </li>
  );
}

function ItemFields({ fields, item: { drafts }, errors, onChange }: Pick<ItemProps, 'fields' | 'item' | 'errors' | 'onChange'>) {
  return sectionsOf(fields).map(({ title, advanced, fields: own }) => {
    const shown = own.filter((field) => isShown(field, drafts, fields));
    const set = shown.filter(({ name }) => drafts[name]?.text).length;
    const inputs = (
      <div className="form-fields two">
        {shown.map((field) => <ConfigField key={field.name} nested field={field} draft={drafts[field.name]!} errors={errorsBelow(errors, field.name)} onChange={(draft) => onChange({ ...drafts, [field.name]: draft })} />)}
      </div>
    );
    if (!advanced) return <div key={title}>{inputs}</div>;
    return <Folded key={title} title="More settings" note={set > 0 ? `${set} set` : undefined} isWrong={areWrong(shown, errors)}>{inputs}</Folded>;
  });
}
