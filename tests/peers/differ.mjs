// SPDX-License-Identifier: Apache-2.0
// differ.mjs --prog build/feijian --forms N [--seed S] [--edits N] [--dir D] [--show N]
// Random forms and random edits, by our engine and by ODK's: what differs is a kind of
// the table below (a row of FORM-LANGUAGE.md that decides so), or a fault: exit 1.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Generator, random } from './differ_form.mjs';
import { open } from './odk.mjs';
import { KINDS, kindOf } from './differ_kinds.mjs';

const { values: opt } = parseArgs({ options: {
	prog: { type: 'string', default: 'build/feijian' },
	forms: { type: 'string', default: '200' },
	seed: { type: 'string', default: '1' },
	edits: { type: 'string', default: '12' },
	dir: { type: 'string' },
	show: { type: 'string', default: '10' },
} });
const dir = opt.dir ?? path.join(tmpdir(), `differ-${process.pid}`);
mkdirSync(dir, { recursive: true });

// The engine tells its console of every form that it thinks odd.
console.warn = () => {};
console.error = () => {};

const VALUES = {
	text: ['', 'a', 'abc', 'b c', '中文', '12', 'apple', 'yes'],
	integer: ['', '0', '1', '2', '3', '7', '-4', '12'],
	decimal: ['', '1.5', '2.25', '-3.5', '0.125'],	// ODK writes 10 as 10.0; we keep what was typed
	date: ['', '2026-03-01', '2024-02-29', '2025-12-31'],
	time: ['', '08:30:00.000', '23:59:00.000'],
	range: ['0', '3', '10'],
	acknowledge: ['', 'OK'],
};

function flatten(list, prefix, scope, out) {
	for (const q of list) {
		const at = `${prefix}/${q.name}`;
		out.set(at, q);
		if (q.children)
			flatten(q.children, at, scope, out);
	}
	return out;
}

const bare = (where) => where.replace(/\[\d+\]/g, '');

// A random edit that both must take: chosen from what ODK's engine offers now.
function edit(r, state, defs) {
	const places = [...state].filter(([where]) => defs.has(bare(where)));
	for (let tries = 0; tries < 30; tries++) {
		const [where, s] = r.pick(places);
		const def = defs.get(bare(where));
		const type = def.type.split(' ')[0];
		if (s.kind === 'repeat' && def.repeat_count === undefined && s.relevant)
			return s.count > 0 && (r.chance(0.4) || s.count > 3) ?
				{ remove: `${where}[${1 + r.int(s.count)}]` } : { add: where };
		if (s.kind !== 'leaf' || !s.relevant || s.readonly || type === 'calculate' || type === 'note')
			continue;
		if (s.choices !== undefined || type === 'rank') {
			const names = s.choices ?? [];
			if (type === 'rank' || names.length === 0)
				continue;
			if (type === 'select_multiple')
				return { set: where, value: names.filter(() => r.chance(0.4)).join(' ') };
			return { set: where, value: r.chance(0.15) ? '' : r.pick(names) };
		}
		return { set: where, value: r.pick(VALUES[type] ?? VALUES.text) };
	}
	return null;
}

function apply(filled, e) {
	if (e.add !== undefined)
		return filled.add(e.add);
	if (e.remove !== undefined)
		return filled.remove(e.remove);
	return filled.set(e.set, e.value);
}

const ours = (e) => e.value === '' ? { clear: e.set } : e;

// Lines for our side: the edits, and after each a question for every place.
async function theirs(xml, defs, r, edits) {
	const filled = await open(xml);
	const steps = [];
	for (let i = 0; i <= edits; i++) {
		const state = filled.state();
		steps[steps.length] = { state };
		if (i === edits)
			break;
		const e = edit(r, state, defs);
		if (e === null)
			break;
		const said = apply(filled, e);
		if (said !== 'ok')
			throw new Error(`${said}: ${JSON.stringify(e)}`);
		steps[steps.length - 1].edit = e;
	}
	return steps;
}

function answers(file, steps, defs) {
	const lines = [], expect = [];
	for (const s of steps) {
		for (const where of s.state.keys())
			if (defs.has(bare(where))) {
				lines.push(JSON.stringify({ get: where }));
				expect.push([s, where]);
			}
		if (s.edit !== undefined) {
			lines.push(JSON.stringify(ours(s.edit)));
			expect.push([s, null]);
		}
	}
	const run = spawnSync(opt.prog, ['form', 'drive', file], { input: lines.join('\n') + '\n',
		encoding: 'utf8', maxBuffer: 1 << 28 });
	const out = run.stdout.split('\n').filter((l) => l !== '');
	if (out.length !== lines.length)
		throw new Error(`drive: ${out.length} answers to ${lines.length} lines ${run.stderr}`);
	return out.map((l, i) => [expect[i][0], expect[i][1], JSON.parse(l)]);
}

function compare(where, a, b) {
	const out = [];
	const check = (what, x, y) => {
		if (x !== y)
			out.push({ where, what, ours: x, odk: y });
	};
	if (a.error !== undefined) {
		if (b.relevant)
			check('place', a.error, 'there');
		return out;
	}
	check('relevant', a.relevant, b.relevant);
	if (b.kind === 'repeat' && a.relevant && b.relevant)
		check('count', a.count, b.count);
	if (b.kind !== 'leaf' || !a.relevant || !b.relevant)
		return out;
	check('value', a.value, b.value);
	check('required', a.required, b.required);
	if (b.control !== 'note')	// nobody answers one: ODK says so by readonly
		check('read_only', a.read_only, b.readonly);
	check('valid', a.valid, b.valid);
	if (b.choices !== undefined)
		check('choices', (a.choices ?? []).map((c) => c.name ?? c).join(' '), b.choices.join(' '));
	return out;
}

function exported(file, xml) {
	const run = spawnSync(opt.prog, ['form', 'export', file, '-o', xml, '--force'], { encoding: 'utf8' });
	if (run.status !== 0)
		throw new Error(`export: ${run.stderr}`);
	return readFileSync(xml, 'utf8');
}

async function one(seed, tally) {
	const r = random(seed);
	const form = new Generator(r).form(`f${seed}`);
	const file = path.join(dir, `${seed}.json`);
	writeFileSync(file, Generator.position(JSON.stringify(form, null, 1)));
	const defs = flatten(form.children, '/data', [], new Map());
	const xml = exported(file, path.join(dir, `${seed}.xml`));
	const steps = await theirs(xml, defs, r, Number(opt.edits));
	const found = [];
	const seen = { steps: 0, lowered: new Set(), defs, form };
	for (const [s, where, a] of answers(file, steps, defs)) {
		if (where === null) {
			if (a.error !== undefined)
				found.push({ where: JSON.stringify(s.edit), what: 'edit', ours: a.error, odk: 'ok' });
			tally.edits++;
			continue;
		}
		tally.compared++;
		found.push(...compare(where, a, s.state.get(where)).map((d) => ({ ...d, step: steps.indexOf(s) })));
	}
	// What follows from a first difference is not counted again: it is one finding a form.
	return found.length > 0 ? { first: found[0], all: found, steps, seen } : null;
}

const tally = { forms: 0, edits: 0, compared: 0 };
const kinds = new Map(), faults = [], skipped = new Map();
const first = Number(opt.seed), n = Number(opt.forms);
for (let seed = first; seed < first + n; seed++) {
	let d;
	try {
		d = await one(seed, tally);
	} catch (error) {
		const m = String(error.message ?? error).split('\n')[0].slice(0, 120);
		const kind = kindOf({ what: 'exception', message: m });
		if (kind === null)
			faults.push({ seed, first: { where: '', what: m } });
		else
			kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
		tally.forms++;
		continue;
	}
	tally.forms++;
	if (d === null)
		continue;
	const kind = kindOf(d.first, d);
	if (kind !== null)
		kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
	else
		faults.push({ seed, ...d });
}

const log = (s) => process.stdout.write(`${s}\n`);
for (const f of faults.slice(0, Number(opt.show))) {
	log(`seed ${f.seed}: ${f.first.where} ${f.first.what}: ours ${JSON.stringify(f.first.ours)}, ` +
		`odk ${JSON.stringify(f.first.odk)}, after ${JSON.stringify(f.steps?.slice(0, f.first.step).map((s) => s.edit))}`);
	const def = f.seen?.defs.get(bare(f.first.where));
	if (def !== undefined)
		log(`    ${JSON.stringify({ ...def, children: undefined })}`);
}
for (const [k, count] of kinds)
	log(`kind ${k}: ${count} forms (${KINDS[k].row})`);
log(JSON.stringify({ differ: 'odk', ...tally, as_decided: [...kinds.values()].reduce((a, b) => a + b, 0),
	faults: faults.length }));
process.exit(faults.length > 0 ? 1 : 0);
