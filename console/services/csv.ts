/**
 * Rows as CSV (RFC 4180). Pure. A spreadsheet takes a cell that begins with = + - @, a tab or a line break for a formula and would
 * run it; such a cell gets an apostrophe in front, which spreadsheets hide, and quotes. So do the full-width forms of these signs.
 */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = formulaStart.test(value.trimStart()) || formulaStart.test(value) ? `'${value}` : value;
  return safe !== value || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
