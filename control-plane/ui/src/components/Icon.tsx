/** Line icons, drawn here: 24 × 24, in the colour of the text. */
const shapes = {
  activity: 'M3 12h4l3-8 4 16 3-8h4',
  alert: 'M12 8v5m0 3.5v.01M10.3 3.9 2.4 17.5A2 2 0 0 0 4.1 20.500h15.800a2 2 0 0 0 1.700-3L13.700 3.900a2 2 0 0 0-3.400 0Z',
  back: 'M15 5l-7 7 7 7',
  bell: 'M18 9a6 6 0 1 0-12 0c0 6-2.500 7-2.500 7h17S18 15 18 9M10 20a2.200 2.200 0 0 0 4 0',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6l1-7Z',
  box: 'M21 8l-9-5-9 5v8l9 5 9-5V8ZM3 8l9 5 9-5M12 13v8',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  chevron: 'M6 9l6 6 6-6',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  dashboard: 'M4 4h7v8H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 14h7v6H4z',
  dots: 'M5 12v.01M12 12v.01M19 12v.01',
  down: 'M12 5v14m-5-5 5 5 5-5',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  grid: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z',
  import: 'M12 4v11m-4-4 4 4 4-4M5 20h14',
  key: 'M14.500 9.500a4 4 0 1 0-3.700 4L14 17h2v2h2v2h3v-3.500l-6.600-6.600M7.500 8v.01',
  log: 'M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3',
  menu: 'M4 7h16M4 12h16M4 17h16',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z',
  out: 'M15 4h4v16h-4M10 8l-4 4 4 4M6 12h10',
  plug: 'M9 3v5m6-5v5M6 8h12v3a6 6 0 0 1-12 0V8Zm6 9v4',
  plus: 'M12 5v14M5 12h14',
  refresh: 'M20 11a8 8 0 0 0-14.500-3.500L4 9m0-5v5h5M4 13a8 8 0 0 0 14.500 3.500L20 15m0 5v-5h-5',
  replay: 'M4 5v5h5M4.500 10a8 8 0 1 1-.5 5',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM20 20l-4.800-4.800',
  send: 'M20 4 3 11l7 3 3 7 7-17ZM10 14l4-4',
  star: 'M12 4l2.500 5.200 5.700.8-4.100 4 1 5.700L12 17l-5.100 2.700 1-5.700-4.100-4 5.700-.8L12 4Z',
  sun: 'M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM12 2.500v2M12 19.500v2M4.200 4.200l1.400 1.400M18.400 18.400l1.400 1.400M2.500 12h2M19.500 12h2M4.200 19.800l1.400-1.400M18.400 5.600l1.400-1.400',
  table: 'M4 5h16v14H4zM4 10h16M10 10v9',
  tenants: 'M9 4h6v5H9zM3 15h6v5H3zM15 15h6v5h-6zM12 9v3m-6 3v-3h12v3',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  upload: 'M12 15V4m-4 4 4-4 4 4M5 20h14',
  up: 'M12 19V5m-5 5 5-5 5 5',
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={name === 'dots' ? 2.8 : 1.7} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" className="logo-ground" />
      <path d="M7 8.500c0 6 10 1 10 7" fill="none" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
      <circle cx="7" cy="7.500" r="2.200" fill="#fff" />
      <circle cx="17" cy="16.500" r="2.200" fill="#fff" />
    </svg>
  );
}
