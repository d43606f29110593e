import type { Class } from '@baize/contracts';
import { jsonSchemaOf } from '@baize/messaging';

type Schema = Record<string, unknown>;

/** Collects the schemas of a document under `components/schemas`, each class once. */
export class Schemas {
  private readonly all = new Map<string, Schema>();

  /** A reference to the class; `closed` refuses unknown fields, as the edge does with requests. */
  ref(type: Class<object>, closed: boolean): Schema {
    const { $defs, ...own } = jsonSchemaOf(type, { closed });
    this.add(type.name, own, closed);
    for (const [name, nested] of Object.entries(($defs ?? {}) as Record<string, Schema>))
      this.add(name, nested, closed);
    return { $ref: `#/components/schemas/${nameOf(type.name, closed)}` };
  }

  /** A page of a list: `nextCursor` is there, null at the end. */
  replyRef(type: Class<object>): Schema {
    const ref = this.ref(type, false);
    const schema = this.all.get(type.name);
    const properties = schema?.properties as Record<string, Schema> | undefined;
    if (schema && properties?.replayed) {
      const { replayed: _, ...rest } = properties;
      this.all.set(type.name, { ...schema, properties: rest });
    }
    if (schema && properties?.items && properties.nextCursor) {
      const required = [...new Set([...((schema.required as string[] | undefined) ?? []), 'nextCursor'])];
      const nextCursor = { ...properties.nextCursor, type: ['string', 'null'] };
      this.all.set(type.name, { ...schema, required, properties: { ...properties, nextCursor } });
    }
    return ref;
  }

  /** Query parameters, one for each field of the class. */
  parameters(type: Class<object>): Schema[] {
    const { properties = {}, required = [] } = jsonSchemaOf(type) as {
      properties?: Record<string, Schema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema,
    }));
  }

  sorted(): Record<string, Schema> {
    return Object.fromEntries([...this.all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private add(name: string, schema: Schema, closed: boolean): void {
    this.all.set(nameOf(name, closed), relink(schema, closed) as Schema);
  }
}

/** Requests and replies that share a class differ in whether unknown fields are allowed. */
function nameOf(name: string, closed: boolean): string {
  return closed ? `${name}Input` : name;
}

function relink(part: unknown, closed: boolean): unknown {
  if (Array.isArray(part)) return part.map((one) => relink(one, closed));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, `#/components/schemas/${nameOf(value.replace('#/$defs/', ''), closed)}`]
        : [key, relink(value, closed)],
    ),
  );
}
