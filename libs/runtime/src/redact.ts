const HIDDEN = '[redacted]';
const MAX_DEPTH = 8;
const SECRET =
  /(password|passwd|secret|token|authorization|cookie|apikey|privatekey|signature|credentials?)$/;
const PERSONAL = new Set([
  ...['name', 'firstname', 'lastname', 'middlename', 'fullname', 'surname', 'email', 'emailaddress'],
  ...['phone', 'phonenumber', 'mobile', 'address', 'street', 'city', 'postcode', 'postalcode', 'zip'],
  ...['dateofbirth', 'birthdate', 'dob', 'nationalid', 'passportnumber', 'documentnumber'],
  ...['iban', 'pan', 'cardnumber', 'cvv', 'cvc'],
]);

/** A copy of what is to be logged without secrets and personal data, at any depth. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isHidden(key) ? HIDDEN : redact(item, depth + 1)]),
  );
}

function isHidden(key: string): boolean {
  const word = key.replace(/[_\-\s]/g, '').toLowerCase();
  return PERSONAL.has(word) || SECRET.test(word);
}

/** Only these fields: a PostgreSQL error's `detail` quotes the row, which may hold personal data. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
