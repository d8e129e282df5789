/** After the next paint, the focus goes to the first field that is wrong. */
export function focusFirstInvalid(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()));
}
