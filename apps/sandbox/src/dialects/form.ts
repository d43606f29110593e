/** Names and values of a form in the order in which they are said; nested names as `list[0][field]`. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/** As PHP and browsers write it: a space is `+`, everything but letters, digits and `-_.` is `%XX`. */
export function formText(fields: FormFields): string {
  return fields.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
}

const plain = /^[\w.-]*$/;

function escaped(text: string): string {
  if (plain.test(text)) return text;
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
