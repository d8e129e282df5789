import { AuditList } from '../components/AuditList.tsx';
import { Page } from '../components/Page.tsx';
import { useTenant } from '../layout/TenantSwitcher.tsx';

export function Audit() {
  const tenant = useTenant();
  return <Page title="Audit log" lead={tenant ? `What was changed at ${tenant} and below it, by whom.` : 'What was changed, by whom. Values are never recorded.'}><AuditList filter={tenant === undefined ? {} : { tenant }} /></Page>;
}
