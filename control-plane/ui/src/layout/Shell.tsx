/** The frame around every page: where one can go, for which tenant, and who one is. */
import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { roleNames, signOut, useMay, useSession } from '../api/session.ts';
import { IconButton } from '../components/Button.tsx';
import { Icon, Logo } from '../components/Icon.tsx';
import { Menu } from '../components/Menu.tsx';
import { arrive } from '../components/Page.tsx';
import { attempt } from '../components/Toasts.tsx';
import { rememberPlace } from './connectorList.ts';
import { destinations, neededAt } from './destinations.ts';
import { NotAllowed } from './Failed.tsx';
import { TenantSwitcher } from './TenantSwitcher.tsx';
import { chooseTheme, useIsDark } from './theme.ts';

/** Loaded when it is first asked for. */
const CommandSearch = lazy(() => import('./CommandSearch.tsx').then((module) => ({ default: module.CommandSearch })));

function Navigation({ onGo }: { onGo?: () => void }) {
  const may = useMay();
  return (
    <nav className="navigation" aria-label="Main">
      {destinations.map(({ title, items }) => {
        const offered = items.filter(({ needs }) => needs === undefined || may(needs));
        return offered.length > 0 && (
          <div key={title} className="navigation-group">
            <h2>{title}</h2>
            <ul>
              {offered.map(({ to, label, icon }) => (
                <li key={to}><Link to={to} onClick={onGo} activeOptions={{ exact: to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}><Icon name={icon} />{label}</Link></li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function Drawer() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger render={<IconButton icon="menu" label="Menu" className="narrow-only" />} />
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="drawer">
          <div className="drawer-header"><Dialog.Title className="visually-hidden">Menu</Dialog.Title><Brand /><Dialog.Close render={<IconButton icon="close" label="Close" />} /></div>
          <Navigation onGo={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Brand() {
  return <Link to="/" className="brand"><Logo /><span>Patchbay</span></Link>;
}

function Account() {
  const session = useSession();
  return (
    <Menu
      trigger={<button type="button" className="account" aria-label={`Account: ${session.name}`}><span className="avatar" aria-hidden="true">{session.name.slice(0, 1).toUpperCase()}</span></button>}
      header={<><strong>{session.name}</strong><span>{roleNames[session.role]}{session.tenant ? ` of ${session.tenant.name}` : ''}</span></>}
      items={[
        { label: 'API reference', icon: 'external', onSelect: () => window.open('/docs', '_blank', 'noopener') },
        { label: 'Theme of the system', icon: 'sun', onSelect: () => chooseTheme('system') },
        { label: 'Sign out', icon: 'out', onSelect: () => void attempt('You are still signed in', signOut) },
      ]}
    />
  );
}

export function Shell() {
  const { data } = useQuery(sessionQuery);
  const router = useRouter();
  const isDark = useIsDark();
  const isSignedOut = data !== undefined && !data.session;
  const may = useMay();
  const needed = neededAt(useLocation().pathname);
  const [searching, setSearching] = useState(false);

  useEffect(() => {
    // Once, from where the reader is: not again from the page that this leads to.
    const { href, pathname } = router.latestLocation;
    if (isSignedOut && pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { return_to: href }, replace: true });
  }, [isSignedOut, router]);

  // A new page is announced by its heading; who merely filters stays where they are.
  useEffect(() => router.subscribe('onBeforeLoad', ({ fromLocation, toLocation, pathChanged }) => {
    if (!fromLocation || !pathChanged) return;
    arrive();
    rememberPlace(fromLocation, toLocation);
  }), [router]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inText = (event.target as HTMLElement).closest('input, textarea, select, [contenteditable]') !== null;
      if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
        event.preventDefault();
        setSearching(true);
      } else if (event.key === '/' && !inText && !event.ctrlKey && !event.metaKey && !document.querySelector('[role=dialog], [role=alertdialog]')) {
        event.preventDefault();
        const own = document.querySelector<HTMLInputElement>('[data-page-search]');
        if (own) own.focus();
        else setSearching(true);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div className="shell">
      <a className="skip-link" href="#content">Skip to the content</a>
      <aside className="sidebar"><Brand /><Navigation /></aside>
      <div className="shell-main">
        <header className="topbar">
          <Drawer />
          <TenantSwitcher />
          <div className="topbar-end">
            <button type="button" className="command-trigger" onClick={() => setSearching(true)}><Icon name="search" size={16} /><span>Search</span><kbd>Ctrl K</kbd></button>
            <IconButton icon={isDark ? 'sun' : 'moon'} label={isDark ? 'Light theme' : 'Dark theme'} onClick={() => chooseTheme(isDark ? 'light' : 'dark')} />
            <Account />
          </div>
        </header>
        <main id="content" tabIndex={-1}>{needed === undefined || isSignedOut || may(needed) ? <Outlet /> : <NotAllowed />}</main>
      </div>
      {searching && <Suspense><CommandSearch open onClose={() => setSearching(false)} /></Suspense>}
    </div>
  );
}
