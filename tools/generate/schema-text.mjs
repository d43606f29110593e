// @ts-check
import pg from 'pg';

/**
 * A row of one of the queries below; each fills some of the fields.
 * @typedef {Record<'oid' | 'name' | 'partition' | 'comment' | 'options' | 'kind' | 'type' | 'required' | 'identity' | 'generated' | 'default' | 'definition' | 'signature' | 'result' | 'language' | 'settings' | 'cache', string>} Row
 */

// Partitions are left out: they are made as months come, their parent says all.
const tablesSql = `
  select c.oid, c.relname as name, pg_get_partkeydef(c.oid) as partition, obj_description(c.oid, 'pg_class') as comment,
    array_to_string(c.reloptions, ', ') as options, c.relkind as kind
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition and c.relname <> 'migrations'
  order by c.relname`;
const columnsSql = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
    a.attidentity as identity, a.attgenerated as generated, pg_get_expr(d.adbin, d.adrelid) as default
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;
const constraintsSql = `
  select conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where conrelid = $1 and contype <> 'n' order by contype desc, conname`;
const indexesSql = `
  select pg_get_indexdef(i.indexrelid) as definition
  from pg_index i where i.indrelid = $1 and not exists (select from pg_constraint where conindid = i.indexrelid)
  order by 1`;
const triggersSql = `
  select pg_get_triggerdef(oid) as definition from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname`;
const functionsSql = `
  select p.proname || '(' || pg_get_function_arguments(p.oid) || ')' as signature, pg_get_function_result(p.oid) as result,
    l.lanname as language, array_to_string(p.proconfig, ', ') as settings
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
  where n.nspname = 'public' and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
  order by 1`;
const typesSql = `
  select t.typname as name,
    coalesce(
      (select 'enum (' || string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) || ')' from pg_enum e where e.enumtypid = t.oid),
      (select '(' || string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum) || ')'
       from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0)) as definition
  from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where n.nspname = 'public' and (t.typtype = 'e' or (t.typtype = 'c' and c.relkind = 'c'))
  order by 1`;
const sequencesSql = `select sequencename as name, cache_size as cache from pg_sequences where schemaname = 'public' order by 1`;

/**
 * The schema of a database as text that shows in a diff what a migration changes.
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function describeSchema(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  /** @param {string} sql @param {unknown[]} [values] @returns {Promise<Row[]>} */
  const rows = async (sql, values) => (await client.query(sql, values)).rows;
  try {
    const tables = await rows(tablesSql);
    const blocks = [];
    for (const table of tables) {
      const [columns, constraints, indexes, triggers] = [
        await rows(columnsSql, [table.oid]),
        await rows(constraintsSql, [table.oid]),
        await rows(indexesSql, [table.oid]),
        await rows(triggersSql, [table.oid]),
      ];
      blocks.push([
        `${table.kind === 'v' || table.kind === 'm' ? 'view' : 'table'} ${table.name}`,
        ...(table.comment ? [`  -- ${table.comment}`] : []),
        ...columns.map(columnText),
        ...constraints.map(({ name, definition }) => `  ${name}: ${definition}`),
        ...(table.partition ? [`  partition by ${table.partition}`] : []),
        ...(table.options ? [`  with (${table.options})`] : []),
        ...indexes.map(({ definition }) => `  ${definition}`),
        ...triggers.map(({ definition }) => `  ${definition}`),
      ]);
    }
    const others = [
      ...(await rows(typesSql)).map(({ name, definition }) => `type ${name} ${definition}`),
      ...(await rows(sequencesSql)).map(({ name, cache }) => `sequence ${name} cache ${cache}`),
      ...(await rows(functionsSql)).map(
        ({ signature, result, language, settings }) =>
          `function ${signature}\n  returns ${result} language ${language}${settings ? ` set ${settings}` : ''}`,
      ),
    ];
    return `${[...blocks.map((lines) => lines.join('\n')), ...others].join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

/** @param {Row} column */
function columnText({ name, type, required, identity, generated, default: otherwise }) {
  const parts = [
    `  ${name} ${type}`,
    required ? 'not null' : '',
    identity ? 'generated as identity' : '',
    otherwise ? (generated ? `generated as (${otherwise})` : `default ${otherwise}`) : '',
  ];
  return parts.filter(Boolean).join(' ');
}
