// Before the first paint, so that nobody is dazzled; a file of its own, since no inline script may run.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem('patchbay.theme'); } catch { /* storage may be forbidden */ }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  // The page to sign in has no frame.
  if (location.pathname === '/sign-in') document.documentElement.dataset.frameless = '';
})();
