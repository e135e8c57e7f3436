// SPDX-License-Identifier: Apache-2.0
// redflag_duckdb.mjs LAB N DIR: DuckDB over registers that are in their canonical form
// already (UTF-8, times and dates as numbers): load, then the SQL of every rule. One line.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const top = process.cwd();
const need = createRequire(path.join(top, 'build/peers/'));
const { DuckDBInstance } = need('@duckdb/node-api');
const [, , lab, n, dir] = process.argv;

// Tables and columns out of schema.c, so that there is one schema.
const types = { K: 'VARCHAR', T: 'VARCHAR', I: 'BIGINT', R: 'DOUBLE', AT: 'BIGINT', ON: 'BIGINT' };
const tables = [...readFileSync('src/redflag/schema.c', 'utf8')
	.matchAll(/static const struct schema_column (\w+)\[\] = \{([^;]*)\};/g)]
	.map((m) => [m[1], [...m[2].matchAll(/\b(K|T|I|R|AT|ON)\("(\w+)"\)/g)]
		.map((c) => [c[2], types[c[1]]])]);

function rules() {
	return readdirSync('forms/redflags').filter((f) => f.endsWith('.sql')).sort().map((f) => {
		const text = readFileSync(path.join('forms/redflags', f), 'utf8');
		let sql = text.split('\n').filter((l) => !l.startsWith('--')).join('\n');
		for (const p of text.matchAll(/^-- param: (\w+)=([0-9.eE+-]+)/gm))
			sql = sql.replaceAll(new RegExp(`:${p[1]}\\b`, 'g'), p[2]);
		return [f, sql];
	});
}

const from = performance.now();
const db = await DuckDBInstance.create(':memory:', { threads: '2' });
const c = await db.connect();
for (const [name, columns] of tables) {
	await c.run(`CREATE TABLE ${name}(${columns.map((x) => `"${x[0]}" ${x[1]}`).join(',')}, src BIGINT)`);
	const file = path.join(dir, `${name}.csv`);
	if (!existsSync(file))
		continue;
	const head = readFileSync(file, 'utf8').slice(0, 2000).split('\n')[0].trim().split(',');
	const known = head.map((h) => `'${h}':'${columns.find((x) => x[0] === h)?.[1] ?? 'BIGINT'}'`);
	await c.run(`INSERT INTO ${name} BY NAME SELECT * FROM read_csv('${file}', header=true,` +
	    ` auto_detect=false, delim=',', quote='"', columns={${known.join(',')}})`);
}
const load = performance.now() - from;
let hits = 0;
const failed = [];
for (const [f, sql] of rules())
	try {
		hits += (await (await c.run(sql)).getRowObjectsJson()).length;
	} catch (e) {
		failed.push(`${f}: ${String(e.message).split('\n')[0].slice(0, 80)}`);
	}
process.stdout.write(`${JSON.stringify({
	bench: 'redflag', lab, n: Number(n), peer: 'duckdb', ms: Math.round(performance.now() - from),
	load_ms: Math.round(load), rss_mb: Math.round(process.resourceUsage().maxRSS / 1024), hits,
	failed,
})}\n`);
process.exit(0);
