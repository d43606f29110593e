import 'reflect-metadata';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { ValidationTypes, getMetadataStorage } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { alternativesOf, type Class } from '@baize/contracts';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a contract class, derived from its class-validator rules; nested classes stand under
 * `$defs`. `closed` refuses unknown fields, as requests do; open schemas tolerate them, as readers of events must
 * (within a version, events only gain optional fields).
 */
export function jsonSchemaOf(
  root: Class<object>,
  options: { closed: boolean } = { closed: true },
): JsonSchema {
  const defs: Record<string, JsonSchema> = {};
  const pending = [root];
  const named = new Map<string, Class<object>>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const known = named.get(next.name);
    if (known === next) continue;
    if (known !== undefined) throw new Error(`two contract classes are named ${next.name}`);
    named.set(next.name, next);
    defs[next.name] = objectSchema(next, options.closed, (nested) => pending.push(nested));
  }
  const { [root.name]: schema, ...nested } = defs;
  return Object.keys(nested).length === 0 ? { ...schema } : { ...schema, $defs: sorted(nested) };
}

function objectSchema(
  type: Class<object>,
  closed: boolean,
  onNested: (nested: Class<object>) => void,
): JsonSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  const base: JsonSchema =
    rules.length === 0
      ? { type: 'object', properties: {} }
      : (targetConstructorToSchema(type, {
          additionalConverters: {
            isIso8601: { type: 'string', format: 'date-time' },
            [ValidationTypes.NESTED_VALIDATION]: ({ target, propertyName }) => {
              const nested = nestedTypeOf(target as Class<object>, propertyName);
              onNested(nested);
              return { $ref: `#/$defs/${nested.name}` };
            },
          },
        }) as JsonSchema);
  const { title: _title, ...schema } = withAlternatives(base, alternativesOf(type));
  return closed ? { ...schema, additionalProperties: false } : schema;
}

function withAlternatives(schema: JsonSchema, alternatives: ReadonlyMap<string, object>): JsonSchema {
  if (alternatives.size === 0) return schema;
  const properties = { ...(schema.properties as Record<string, JsonSchema>) };
  for (const [field, other] of alternatives) properties[field] = { anyOf: [properties[field], other] };
  return { ...schema, properties };
}

/** class-transformer's `@Type` names the class of a nested property. */
function nestedTypeOf(target: Class<object>, property: string): Class<object> {
  for (let type: unknown = target; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    const metadata = defaultMetadataStorage.findTypeMetadata(type, property);
    if (metadata) return metadata.typeFunction() as Class<object>;
  }
  throw new Error(`${target.name}.${property} is nested but has no @Type`);
}

function sorted(defs: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(defs).sort(([a], [b]) => (a < b ? -1 : 1)));
}
