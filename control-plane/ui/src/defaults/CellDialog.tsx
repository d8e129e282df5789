import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.ts';
import { resolutionQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Loaded, ProblemPane } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { ChooseDefault } from './ChooseDefault.tsx';
import { Fallbacks } from './Fallbacks.tsx';
import { holderOf } from './holder.ts';
import type { Cell } from './holder.ts';
import { useSettingDefault } from './useSettingDefault.ts';

const reasons = {
  has_default: 'has this default', no_default: 'has no default of its own', default_inactive: 'has a default that is deactivated', does_not_inherit: 'has none, and does not inherit',
} as const;

function Chain({ resolution }: { resolution: Schemas['Resolution'] }) {
  const { chain, connector } = resolution;
  return (
    <ol className="chain">
      {chain.map((step) => (
        <li key={step.tenant_id} className={step.reason === 'has_default' ? 'decided' : ''}>
          <strong>{step.tenant_slug}</strong> {reasons[step.reason]}{step.connector_id && <>: <Link to="/connectors/$id" params={{ id: step.connector_id }}>{step.connector_name}</Link></>}
        </li>
      ))}
      {connector === null && chain.every(({ reason }) => reason !== 'default_inactive') && <li className="nothing">Nothing more to ask: steps of this category fail with a message that says so.</li>}
    </ol>
  );
}

export interface CellDialogProps {
  tenant: string;
  category: string;
  label: string;
  /** As the matrix shows it, where it does. */
  cell: Cell | undefined;
  onClose(): void;
  /** What gets the focus when it is closed. */
  returnTo(): HTMLElement | null;
}

/** What a tenant uses for a category: why, what else there is, and what stands in when it fails. */
export function CellDialog({ tenant, category, label, cell, onClose, returnTo }: CellDialogProps) {
  const may = useMay();
  const resolution = useQuery({ ...resolutionQuery(tenant, category), enabled: may('connectors:use') });
  const setting = useSettingDefault(tenant, category);
  const holder = holderOf(resolution.data?.chain, cell);
  return (
    <Dialog open onClose={onClose} returnTo={returnTo} size="wide" title={`${label} of ${tenant}`} description={resolution.data?.explanation}>
      <div className="dialog-body">
        {may('connectors:use') && (
          <section aria-label="Why this one?">
            <h3>Why this one?</h3>
            <Loaded query={resolution} lines={2} height={34}>{resolution.data && <Chain resolution={resolution.data} />}</Loaded>
          </section>
        )}
        <ChooseDefault tenant={tenant} category={category} setting={setting} />
        {setting.problem && <ProblemPane problem={setting.problem} />}
        {holder !== undefined && <Fallbacks tenant={tenant} category={category} holder={holder} />}
      </div>
      {may('connectors:write') && (
        <footer className="dialog-footer">
          {holder?.tenant === tenant && <Button variant="ghost" busy={setting.busy === 'none'} onClick={() => void setting.apply(null)}>Remove its own default</Button>}
          <span className="spacer" />
          <Link className={buttonClass('primary')} to="/catalog" search={{ tenant, category }}><Icon name="plus" size={16} />New {label} connector</Link>
        </footer>
      )}
    </Dialog>
  );
}
