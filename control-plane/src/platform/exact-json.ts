/** A backend's JSON, whose numbers may have more digits than JSON's readers keep. */

const suspicious = /[\d.]{16}/;
/** Texts are passed over whole, so that digits in them are none. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
/** What a double may need, and what it may have. */
const mostDigits = 17;

/** The JSON with each number that would be rounded as its text, as in a column of its own. All else stays as it stands. */
export function exactJson(json: string): string {
  return suspicious.test(json) ? json.replace(token, (found) => (found.startsWith('"') || keeps(found) ? found : `"${found}"`)) : json;
}

function keeps(number: string): boolean {
  if (/^-?\d+$/.test(number)) return Number.isSafeInteger(Number(number));
  return number.replace(/[eE].*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length <= mostDigits;
}
