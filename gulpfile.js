const { dest, src } = require('gulp');

/** Icons and codex files, which tsc leaves behind; from the pack's own folders alone. */
function assets() {
  // Images are not text: without `encoding: false` gulp would rewrite their bytes.
  return src(['nodes/**/*.{svg,png}', 'nodes/**/*.node.json', 'credentials/**/*.{svg,png}'], { base: '.', encoding: false }).pipe(dest('dist'));
}

exports.assets = assets;
exports.default = assets;
