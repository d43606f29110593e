import 'reflect-metadata';
import { getMetadataStorage, validateSync } from 'class-validator';

type ConfigClass<T> = new () => T;

/** Every bad or missing variable at once; values are never printed, they may be secrets. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`bad configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads a class-validator class from the environment: property `natsUrl` comes from `NATS_URL`.
 * Text becomes a number or a boolean where the property is one, a list (comma separated) where it is an
 * array; an unset or empty variable leaves the class's default.
 * @throws ConfigError that names every bad variable
 */
export function loadConfig<T extends object>(Class: ConfigClass<T>, env: NodeJS.ProcessEnv = process.env): T {
  const config = new Class();
  for (const property of propertiesOf(Class)) {
    const text = env[variableOf(property)];
    if (text === undefined || text === '') continue;
    Reflect.set(config, property, convert(text, typeOf(Class, property, Reflect.get(config, property))));
  }
  const problems = validateSync(config, { forbidUnknownValues: true }).map(
    ({ property, value, constraints }) =>
      value === undefined
        ? `${variableOf(property)} is missing`
        : `${variableOf(property)}: ${Object.values(constraints ?? {}).join(', ')}`,
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** `gatewayMaxBodyBytes` -> `GATEWAY_MAX_BODY_BYTES`. */
function variableOf(property: string): string {
  return property.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

function propertiesOf(Class: ConfigClass<object>): Set<string> {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(Class, '', true, false);
  return new Set(metadata.map((rule) => rule.propertyName));
}

/** swc emits no type for a property whose type is inferred from its default, so the default tells it. */
function typeOf(Class: ConfigClass<object>, property: string, value: unknown): unknown {
  if (typeof value === 'number') return Number;
  if (typeof value === 'boolean') return Boolean;
  return Reflect.getMetadata('design:type', Class.prototype as object, property);
}

function convert(text: string, type: unknown): unknown {
  if (type === Number) return Number(text);
  if (type === Boolean) return { true: true, '1': true, false: false, '0': false }[text] ?? text;
  if (type === Array) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  return text;
}
