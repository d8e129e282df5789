/** Values as BigQuery's typed query parameters. */
export interface Parameter {
  parameterType: { type: string; arrayType?: { type: string } };
  parameterValue: { value?: string | null; arrayValues?: { value: string }[] };
}

const scalar = (type: string, value: string | null): Parameter => ({ parameterType: { type }, parameterValue: { value } });

/** What the engine builds casts its placeholders itself. */
export const textParameter = (value: unknown): Parameter => scalar('STRING', value === null || value === undefined ? null : String(value));

function typeOf(value: unknown): string {
  if (typeof value === 'boolean') return 'BOOL';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'INT64' : 'FLOAT64';
  return typeof value === 'object' && value !== null ? 'JSON' : 'STRING';
}

/** What a caller binds in a query: BigQuery converts no text to a number, so that JSON's own types count. */
export function queryParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return scalar('STRING', null);
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one !== 'object' && typeOf(one) === typeOf(value[0]))) {
    return { parameterType: { type: 'ARRAY', arrayType: { type: typeOf(value[0]) } }, parameterValue: { arrayValues: value.map((one) => ({ value: String(one) })) } };
  }
  return scalar(typeOf(value), typeof value === 'object' ? JSON.stringify(value) : String(value));
}
