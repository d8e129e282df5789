import { memo, useState } from 'react';
import type { Ref } from 'react';
import type { Schemas } from '../api/client.ts';
import { Icon } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { moveInGrid } from './gridKeys.ts';
import type { Cell } from './holder.ts';

type Tenant = Schemas['DefaultsMatrix']['tenants'][number];

export interface Category {
  name: string;
  label: string;
}

/** What a cell says, in words and by its colour. */
function stateOf(cell: Cell): { tone: string; words: string } {
  if (cell.state === 'missing') return { tone: 'missing', words: 'no default' };
  if (cell.state === 'inactive') return { tone: 'failing', words: 'deactivated' };
  const where = cell.state === 'own' ? 'own' : `inherited from ${cell.connector?.tenant_slug}`;
  return cell.ok === false ? { tone: 'failing', words: `${where}, failing` } : { tone: cell.state, words: where };
}

export interface MatrixProps {
  tenants: Tenant[];
  /** The same array from render to render, or every row is drawn anew. */
  categories: Category[];
  /** More tenants are to come than are shown. */
  hasMore: boolean;
  onOpen(tenant: string, category: string): void;
  ref?: Ref<HTMLTableElement>;
}

/** A grid with one tab stop: who leaves it comes back to the cell they were at. */
export function Matrix({ tenants, categories, hasMore, onOpen, ref }: MatrixProps) {
  const [at, setAt] = useState({ tenant: '', category: '' });
  const stop = tenants.some(({ slug }) => slug === at.tenant) ? at : { tenant: tenants[0]!.slug, category: categories[0]?.name };
  return (
    <div className="matrix-scroll">
      <table ref={ref} className="matrix" role="grid" aria-label="Defaults by tenant and category" aria-rowcount={hasMore ? -1 : undefined} onKeyDown={moveInGrid}
        onFocus={(event) => {
          const { tenant, category } = (event.target as HTMLElement).dataset;
          if (tenant !== undefined && category !== undefined) setAt({ tenant, category });
        }}>
        <thead role="rowgroup">
          <tr role="row"><th role="columnheader" scope="col">Tenant</th>{categories.map(({ name, label }) => <th key={name} role="columnheader" scope="col"><span className="matrix-head"><KindIcon category={name} size={16} />{label}</span></th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {tenants.map((tenant) => <Row key={tenant.id} tenant={tenant} categories={categories} stop={tenant.slug === stop.tenant ? stop.category : undefined} onOpen={onOpen} />)}
        </tbody>
      </table>
    </div>
  );
}

/** @param stop the category of the cell that Tab reaches, in the one row that has it */
const Row = memo(function Row({ tenant, categories, stop, onOpen }: { tenant: Tenant; categories: Category[]; stop: string | undefined } & Pick<MatrixProps, 'onOpen'>) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row"><span className={`indent depth-${Math.min(tenant.depth, 6)}`}>{tenant.name}<small>{tenant.slug}</small></span></th>
      {categories.map(({ name, label }) => {
        const cell = tenant.cells[name]!;
        const { tone, words } = stateOf(cell);
        return (
          <td key={name} role="gridcell">
            <button type="button" aria-haspopup="dialog" className={`matrix-cell ${tone}`} title={words} aria-label={`${tenant.name}, ${label}: ${cell.connector ? `${cell.connector.name}, ` : ''}${words}`}
              tabIndex={stop === name ? 0 : -1} data-tenant={tenant.slug} data-category={name} onClick={() => onOpen(tenant.slug, name)}>
              {cell.connector ? <><KindIcon kind={cell.connector.kind} category={name} size={16} /><span className="clip">{cell.connector.name}</span>{tone === 'failing' && <Icon name={cell.state === 'inactive' ? 'out' : 'alert'} size={15} />}{cell.state === 'inherited' && <Icon name="up" size={14} />}</> : <span className="dash">—</span>}
            </button>
          </td>
        );
      })}
    </tr>
  );
});
